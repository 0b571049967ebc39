package dev.jora.convert.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.model.checkpoint.TokenizerKind;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of a model before its tokenizer is read.
 *
 * @param kind how the architecture wants its tokenizer
 * @param vocabSize rows of the embedding, which the vocabulary is filled up to; 0: as many as there
 *     are tokens
 * @param config config.json with its text model merged over the root; an empty object if none
 * @param pre the pre-tokenizer, where somebody named it; else it is recognised
 */
public record TokenizerRequest(
    TokenizerKind kind, int vocabSize, JsonNode config, Optional<String> pre) {
  /** Checks that nothing is missing. */
  public TokenizerRequest {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(config);
    Objects.requireNonNull(pre);
  }
}
