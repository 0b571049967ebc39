package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * Products of halves and bfloat16 with activations: of one token in float, of batches in 16-bit
 * fixed point, which the processor multiplies twice as fast. With weights in blocks likewise, if
 * that is wanted: they are decoded to floats and rounded to 16 bits once for all tokens.
 */
public final class WordProducts implements Products {
  private record Band(FloatCode type, int k, int rows) {}

  private record Tokens(int k, int tokens) {}

  private final FloatProducts floats;
  private final VnniProducts blocks;
  private final Map<Band, WordForm> bands = new ConcurrentHashMap<>();
  private final Map<Tokens, WordForm> groups = new ConcurrentHashMap<>();
  private final Map<Tokens, WordTile> tiles = new ConcurrentHashMap<>();

  /** Products that share the code for one token with {@code floats}. */
  public WordProducts(FloatProducts floats) {
    this(floats, null);
  }

  /** Likewise, and weights in blocks, that for one token with {@code blocks}; null: none. */
  public WordProducts(FloatProducts floats, VnniProducts blocks) {
    this.floats = floats;
    this.blocks = blocks;
  }

  private static boolean isHalf(GgmlType type) {
    return type == GgmlType.F16 || type == GgmlType.BF16;
  }

  private Products one(GgmlType type) {
    return isHalf(type) ? floats : blocks;
  }

  @Override
  public boolean supports(GgmlType type, int k) {
    return isHalf(type) ? k % 32 == 0 && k > 0 : blocks != null && blocks.supports(type, k);
  }

  @Override
  public Form rowForm(GgmlType type, int k) {
    return one(type).rowForm(type, k);
  }

  @Override
  public Form groupForm(GgmlType type, int k) {
    return Form.WORDS;
  }

  @Override
  public long rowBytes(GgmlType type, int k) {
    return one(type).rowBytes(type, k);
  }

  @Override
  public void prepareRow(GgmlType type, long x, int k, int tokens, int token, long out) {
    one(type).prepareRow(type, x, k, tokens, token, out);
  }

  @Override
  public void rows(GgmlType type, int k, long w, int rows, long x, int tokens, long y, long ldy) {
    one(type).rows(type, k, w, rows, x, tokens, y, ldy);
  }

  @Override
  public int few(GgmlType type, int k) {
    return one(type).few(type, k);
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    return cut.bytesBefore(cut.groups(), tokens -> WordForm.bytes(k, tokens));
  }

  @Override
  public void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    Cut cut = Cut.of(n);
    groups
        .computeIfAbsent(
            new Tokens(k, cut.tokens(i)),
            key -> new WordForm(FloatCode.F32, key.k(), key.tokens(), key.tokens()))
        .write(
            x + ldx * cut.before(i),
            ldx,
            out + cut.bytesBefore(i, tokens -> WordForm.bytes(k, tokens)));
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    return WordForm.bytes(k, WordTile.ROWS) + (isHalf(type) ? 0 : 4L * WordTile.ROWS * k);
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    long stride = type.rowBytes(k);
    Cut cut = Cut.of(n);
    WordTile large = tile(k, cut.size());
    WordTile small = cut.small() == 0 ? null : tile(k, cut.size() - 1);
    for (int r = 0; r < rows; r += WordTile.ROWS) {
      int count = Math.min(WordTile.ROWS, rows - r);
      band(type, k, w + stride * r, count, scratch);
      long to = y + 4L * r;
      large.run(scratch, x, to, ldy, cut.large(), count);
      if (small != null) {
        long xs = x + cut.large() * WordForm.bytes(k, cut.size());
        small.run(scratch, xs, to + ldy * cut.large() * cut.size(), ldy, cut.small(), count);
      }
    }
  }

  /** Writes a band of up to 16 rows; floats that it is made of go behind it. */
  private void band(GgmlType type, int k, long w, int rows, long out) {
    if (isHalf(type)) {
      form(FloatCode.find(type), k, rows).write(w, type.rowBytes(k), out);
    } else {
      long decoded = out + WordForm.bytes(k, WordTile.ROWS);
      blocks.dequantize(type, w, k * rows, decoded);
      form(FloatCode.F32, k, rows).write(decoded, 4L * k, out);
    }
  }

  private WordForm form(FloatCode type, int k, int rows) {
    return bands.computeIfAbsent(
        new Band(type, k, rows),
        key -> new WordForm(key.type(), key.k(), key.rows(), WordTile.ROWS));
  }

  private WordTile tile(int k, int tokens) {
    return tiles.computeIfAbsent(new Tokens(k, tokens), key -> new WordTile(key.k(), key.tokens()));
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    one(type).dequantize(type, w, n, out);
  }
}
