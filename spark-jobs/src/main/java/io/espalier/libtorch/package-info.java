/**
 * The libtorch of this process: chooses the build for CPUs or for CUDA before DJL's engine loads
 * one, and says which GPUs it can use, or why none.
 */
package io.espalier.libtorch;
