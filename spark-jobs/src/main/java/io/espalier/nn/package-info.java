/**
 * Neural network blocks on DJL arrays: linear layers, norms, attention, the cgMLP, subsampling,
 * positions, and the scripted kernels that run them fast.
 */
package io.espalier.nn;
