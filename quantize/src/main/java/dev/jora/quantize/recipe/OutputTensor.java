package dev.jora.quantize.recipe;

import dev.jora.gguf.TensorInfo;

/**
 * A tensor of the file to be written.
 *
 * @param name in the new file; another than the source's if layers before it were dropped
 * @param source the tensor it is made of, with the name that data and importance are found by
 */
public record OutputTensor(String name, TensorInfo source) {}
