/** The one door to files on any Hadoop file system, and local disks with names of any bytes. */
package io.espalier.spark.storage;
