/** Code that the tasks of all stages share: reading and decoding audio, devices, shared models. */
package io.espalier.spark.task;
