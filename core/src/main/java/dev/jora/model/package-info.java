/**
 * From a GGUF file to logits. {@link dev.jora.model.Hyperparameters} and {@link
 * dev.jora.model.DecoderSpec} say what a model is, {@link dev.jora.model.Model} binds the tensors
 * to it, {@link dev.jora.model.Decoder} is the one forward pass of all architectures; {@link
 * dev.jora.model.Sequence} and {@link dev.jora.model.Batch} are what it reads and extends. An
 * architecture is one small file and one row in {@code model.arch}.
 */
package dev.jora.model;
