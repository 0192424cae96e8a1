/** Spark sessions with their defaults, what a run was made with, and SQL scripts. */
package io.espalier.spark.session;
