/** What is added to a model while it runs: LoRA adapters and control vectors. */
package dev.jora.model.adapter;
