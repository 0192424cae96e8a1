/**
 * What tasks of every stage share: reading and decoding audio, devices, models held per executor.
 */
package io.espalier.spark.task;
