/** Low-rank adapters: those of Hugging Face's PEFT become adapters of GGUF, or part of a model. */
package dev.jora.convert.adapter;
