package io.espalier.checkpoint.tensors;

import ai.djl.ndarray.types.Shape;

/** What a file says of one parameter, or is to say of it. */
public record TensorType(ElementType type, Shape shape) {}
