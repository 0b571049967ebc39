/**
 * What models look like where they were trained, in folders of Hugging Face's: how their
 * configuration and tensors become those of a GGUF file, as data.
 */
package dev.jora.model.checkpoint;
