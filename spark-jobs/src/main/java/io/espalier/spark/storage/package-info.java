/** Access to files on any Hadoop file system, and to local files with any name. */
package io.espalier.spark.storage;
