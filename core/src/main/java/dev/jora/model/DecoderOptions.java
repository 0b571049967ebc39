package dev.jora.model;

import dev.jora.backend.KvSpec;
import dev.jora.fault.Parameter;
import dev.jora.model.adapter.Adaptation;
import dev.jora.tensor.GgmlType;
import java.util.List;
import java.util.Locale;

/**
 * How a decoder is set up.
 *
 * @param contextSize positions a sequence can hold
 * @param batchSize the most tokens of one pass
 * @param keyType type of cached keys: F32, F16, BF16 or Q8_0
 * @param valueType type of cached values: the same choice
 * @param rope what the user puts in place of the model's RoPE keys
 * @param logitRows logits are computed for so many tokens at once; more are faster where many are
 *     wanted, and take memory
 * @param sequences texts that may be as long as the context in one pass
 * @param adaptation what is added to the model
 */
public record DecoderOptions(
    int contextSize,
    int batchSize,
    GgmlType keyType,
    GgmlType valueType,
    RopeOptions.Overrides rope,
    int logitRows,
    int sequences,
    Adaptation adaptation) {
  /** The first of them, in messages. */
  public static final Parameter CONTEXT_SIZE = new Parameter("ctx_size");

  /** Where nobody says otherwise: the last tokens of as many sequences fit. */
  private static final int LOGIT_ROWS = 32;

  /** With logits of 32 tokens at once. */
  public DecoderOptions(
      int contextSize,
      int batchSize,
      GgmlType keyType,
      GgmlType valueType,
      RopeOptions.Overrides rope) {
    this(contextSize, batchSize, keyType, valueType, rope, LOGIT_ROWS, 1, Adaptation.NONE);
  }

  /** The model's context, 512 tokens a pass, an F16 cache. */
  public static DecoderOptions defaults(Model model) {
    return new DecoderOptions(
        model.contextLength(), 512, GgmlType.F16, GgmlType.F16, RopeOptions.Overrides.NONE);
  }

  /** Options that do not go with a model. */
  public static final class Unfit extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private Unfit(String message) {
      super(message);
    }
  }

  /**
   * Checks that a head's keys and values are whole blocks of the cache's types.
   *
   * @throws Unfit otherwise
   */
  static void check(List<Places.Kept> kept) {
    for (Places.Kept layer : kept) {
      if (layer.spec() instanceof KvSpec kv) {
        whole("keys", kv.keyType(), kv.keyDim());
        whole("values", kv.valueType() == null ? kv.keyType() : kv.valueType(), kv.valueDim());
      }
    }
  }

  /** The tokens of full contexts, in messages: 4096, or 2 x 4096. */
  public String contextTokens() {
    return sequences == 1 ? Integer.toString(contextSize) : sequences + " x " + contextSize;
  }

  /** The most rows that a pass has. */
  public int rows() {
    return (int) Math.min(batchSize, (long) contextSize * sequences);
  }

  /** Rows of logits that are computed at once. */
  int logitRowsAtOnce() {
    return Math.min(rows(), logitRows);
  }

  private static void whole(String what, GgmlType type, int length) {
    if (length % type.blockSize() != 0) {
      throw new Unfit(
          String.format(
              "a KV cache of %s in %s needs heads that are multiples of %d, this model has %d: use"
                  + " f16",
              what, type.name().toLowerCase(Locale.ROOT), type.blockSize(), length));
    }
  }

  /** The same with a context of so many tokens. */
  public DecoderOptions withContextSize(int tokens) {
    return with(tokens, batchSize, logitRows, sequences, adaptation);
  }

  /** The same with passes of at most {@code tokens} tokens. */
  public DecoderOptions withBatchUpTo(int tokens) {
    return with(contextSize, Math.min(batchSize, tokens), logitRows, sequences, adaptation);
  }

  /** The same for {@code sequences} texts of {@code tokens} tokens side by side in one pass. */
  public DecoderOptions sideBySide(int sequences, int tokens) {
    int rows = Math.multiplyExact(sequences, tokens);
    int context = Math.max(contextSize, tokens); // RoPE factors go by it
    return with(context, Math.min(batchSize, rows), logitRows, sequences, adaptation);
  }

  /**
   * The same for texts side by side in passes of {@code rows} tokens, of which no logits are
   * wanted.
   */
  public DecoderOptions forEmbeddings(int rows) {
    return with(contextSize, rows, 1, rows, adaptation);
  }

  /** The same for so many texts in one pass. */
  public DecoderOptions withSequences(int texts) {
    return with(contextSize, batchSize, logitRows, texts, adaptation);
  }

  /** The same with logits of so many tokens at once. */
  public DecoderOptions withLogitRows(int rows) {
    return with(contextSize, batchSize, rows, sequences, adaptation);
  }

  /** The same with other things added to the model. */
  public DecoderOptions withAdaptation(Adaptation other) {
    return with(contextSize, batchSize, logitRows, sequences, other);
  }

  private DecoderOptions with(int context, int batch, int logits, int texts, Adaptation added) {
    return new DecoderOptions(context, batch, keyType, valueType, rope, logits, texts, added);
  }
}
