/**
 * Drawing the next token from logits. {@link dev.jora.sampling.Samplers} is the table of samplers
 * with the names llama.cpp gives them; {@link dev.jora.sampling.SamplerChain} runs those a user
 * asks for over {@link dev.jora.sampling.Candidates} and draws. Same seed, same logits, same token:
 * candidates are ordered by logit, then by id, and the generator is C++'s {@code std::mt19937}.
 */
package dev.jora.sampling;
