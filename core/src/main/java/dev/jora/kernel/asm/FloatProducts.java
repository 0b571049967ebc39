package dev.jora.kernel.asm;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Products of weights without blocks (floats, halves, bfloat16) and float activations. */
public final class FloatProducts implements Products {
  private record Rows(FloatCode type, int k) {}

  private record Band(FloatCode type, int k, int rows) {}

  private record Tokens(int k, int tokens) {}

  private final Map<Rows, FloatRows> floatRows = new ConcurrentHashMap<>();
  private final Map<Band, FloatBand> bands = new ConcurrentHashMap<>();
  private final Map<Tokens, FloatGroup> groups = new ConcurrentHashMap<>();
  private final Map<Tokens, FloatTile> tiles = new ConcurrentHashMap<>();

  @Override
  public boolean supports(GgmlType type, int k) {
    return FloatCode.find(type) != null && k > 0;
  }

  @Override
  public int form(GgmlType type) {
    return -2;
  }

  @Override
  public long rowBytes(int k) {
    return 4L * k;
  }

  @Override
  public void prepareRow(long x, int k, long out) {
    Memory.copy(x, out, 4L * k);
  }

  @Override
  public void rows(GgmlType type, int k, long w, int rows, long x, long y) {
    floatRows
        .computeIfAbsent(
            new Rows(FloatCode.find(type), k), key -> new FloatRows(key.type(), key.k()))
        .run(w, rows, x, y);
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    return cut.bytesBefore(cut.groups(), tokens -> FloatGroup.bytes(k, tokens));
  }

  @Override
  public void prepareGroup(GgmlType type, long x, long ldx, int k, int n, int i, long out) {
    Cut cut = Cut.of(n);
    groups
        .computeIfAbsent(new Tokens(k, cut.tokens(i)), key -> new FloatGroup(key.k(), key.tokens()))
        .prepare(
            x + ldx * cut.before(i),
            ldx,
            out + cut.bytesBefore(i, tokens -> FloatGroup.bytes(k, tokens)));
  }

  @Override
  public long scratchBytes(GgmlType type, int k) {
    return FloatBand.bytes(k);
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    long stride = type.rowBytes(k);
    Cut cut = Cut.of(n);
    FloatTile large = tile(k, cut.size());
    FloatTile small = cut.small() == 0 ? null : tile(k, cut.size() - 1);
    for (int r = 0; r < rows; r += FloatBand.ROWS) {
      int count = Math.min(FloatBand.ROWS, rows - r);
      for (int half = 0; half < count; half += 16) {
        int some = Math.min(16, count - half);
        bands
            .computeIfAbsent(
                new Band(FloatCode.find(type), k, some),
                key -> new FloatBand(key.type(), key.k(), key.rows()))
            .unpack(w + stride * (r + half), scratch + 4L * half);
      }
      long to = y + 4L * r;
      large.run(scratch, x, to, ldy, cut.large(), count);
      if (small != null) {
        long xs = x + cut.large() * FloatGroup.bytes(k, cut.size());
        small.run(scratch, xs, to + ldy * cut.large() * cut.size(), ldy, cut.small(), count);
      }
    }
  }

  private FloatTile tile(int k, int tokens) {
    return tiles.computeIfAbsent(
        new Tokens(k, tokens), key -> new FloatTile(key.k(), key.tokens()));
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    throw new UnsupportedOperationException("still the Vector API's");
  }
}
