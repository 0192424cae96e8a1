/**
 * Espalier on real clusters, as users run it: the packaged jar, submitted by the scripts in {@code
 * conf/cluster} to processes of Spark and Hadoop on this machine. This JVM has neither on its class
 * path.
 */
package io.espalier.cluster;
