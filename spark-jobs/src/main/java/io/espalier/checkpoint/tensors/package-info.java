/** Files of named tensors: safetensors, element types, half precision. */
package io.espalier.checkpoint.tensors;
