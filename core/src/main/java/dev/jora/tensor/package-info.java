/** Types, shapes and bytes of tensors, as GGUF files hold them. */
package dev.jora.tensor;
