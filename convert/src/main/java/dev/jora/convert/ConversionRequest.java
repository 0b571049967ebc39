package dev.jora.convert;

import java.util.Optional;

/**
 * What a user wants of a conversion.
 *
 * @param type what tensors are written as
 * @param pre the name of the pre-tokenizer, where it is not to be found out
 * @param name of the model, in place of the folder's
 */
public record ConversionRequest(OutputType type, Optional<String> pre, Optional<String> name) {
  /** All as the checkpoint has it. */
  public static final ConversionRequest DEFAULT =
      new ConversionRequest(OutputType.AUTO, Optional.empty(), Optional.empty());
}
