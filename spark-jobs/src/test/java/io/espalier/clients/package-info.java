/** The packaged jars in the programs through which people use Spark SQL: slow tests. */
package io.espalier.clients;
