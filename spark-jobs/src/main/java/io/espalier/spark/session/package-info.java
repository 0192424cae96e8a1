/** Spark sessions with their defaults, the environment, and SQL scripts. */
package io.espalier.spark.session;
