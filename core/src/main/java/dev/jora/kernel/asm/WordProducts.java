package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of halves and bfloat16 with activations: of one token in float, of batches in 16-bit
 * fixed point, which the processor multiplies twice as fast.
 */
public final class WordProducts implements Products {
  private record Band(FloatCode type, int k, int rows) {}

  private record Tokens(int k, int tokens) {}

  private final FloatProducts floats;
  private final Map<Band, WordForm> bands = new ConcurrentHashMap<>();
  private final Map<Tokens, WordForm> groups = new ConcurrentHashMap<>();
  private final Map<Tokens, WordTile> tiles = new ConcurrentHashMap<>();

  /** Products that share the code for one token with {@code floats}. */
  public WordProducts(FloatProducts floats) {
    this.floats = floats;
  }

  @Override
  public boolean supports(GgmlType type, int k) {
    return (type == GgmlType.F16 || type == GgmlType.BF16) && k % 32 == 0 && k > 0;
  }

  @Override
  public int form(GgmlType type, int k) {
    return -3;
  }

  @Override
  public long rowBytes(GgmlType type, int k) {
    return floats.rowBytes(type, k);
  }

  @Override
  public void prepareRow(GgmlType type, long x, int k, long out) {
    floats.prepareRow(type, x, k, out);
  }

  @Override
  public void rows(GgmlType type, int k, long w, int rows, long x, long y) {
    floats.rows(type, k, w, rows, x, y);
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    return cut.bytesBefore(cut.groups(), tokens -> WordForm.bytes(k, tokens));
  }

  @Override
  public void prepareGroup(GgmlType type, long x, long ldx, int k, int n, int i, long out) {
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
    return WordForm.bytes(k, WordTile.ROWS);
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    FloatCode code = FloatCode.find(type);
    long stride = type.rowBytes(k);
    Cut cut = Cut.of(n);
    WordTile large = tile(k, cut.size());
    WordTile small = cut.small() == 0 ? null : tile(k, cut.size() - 1);
    for (int r = 0; r < rows; r += WordTile.ROWS) {
      int count = Math.min(WordTile.ROWS, rows - r);
      bands
          .computeIfAbsent(
              new Band(code, k, count),
              key -> new WordForm(key.type(), key.k(), key.rows(), WordTile.ROWS))
          .write(w + stride * r, stride, scratch);
      long to = y + 4L * r;
      large.run(scratch, x, to, ldy, cut.large(), count);
      if (small != null) {
        long xs = x + cut.large() * WordForm.bytes(k, cut.size());
        small.run(scratch, xs, to + ldy * cut.large() * cut.size(), ldy, cut.small(), count);
      }
    }
  }

  private WordTile tile(int k, int tokens) {
    return tiles.computeIfAbsent(new Tokens(k, tokens), key -> new WordTile(key.k(), key.tokens()));
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    floats.dequantize(type, w, n, out);
  }
}
