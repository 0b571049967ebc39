package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** Products of weights without blocks (floats, halves, bfloat16) and float activations. */
public final class FloatProducts implements Products {
  /** Rows that are unpacked at once: activations come from memory once for all of them. */
  private static final int MOST_ROWS = 128;

  /** {@link #few}: as many as a group, which takes a fifth more time at 12 tokens. */
  private static final int FEW = Cut.MOST; // scripts/bench-few, docs/kernels.md

  private record Rows(FloatCode type, int k, int tokens) {}

  private record Band(FloatCode type, int k, int rows) {}

  private record Tokens(int k, int tokens) {}

  private final Map<Rows, FloatRows> floatRows = new ConcurrentHashMap<>();
  private final Map<Band, FloatBand> bands = new ConcurrentHashMap<>();
  private final Map<Tokens, FloatGroup> groups = new ConcurrentHashMap<>();
  private final Map<FloatCode, FloatValues> values = new ConcurrentHashMap<>();
  private final Map<Tokens, FloatTile> tiles = new ConcurrentHashMap<>();

  @Override
  public boolean supports(GgmlType type, int k) {
    return FloatCode.find(type) != null && k > 0;
  }

  @Override
  public Form rowForm(GgmlType type, int k) {
    return Form.FLOATS;
  }

  @Override
  public Form groupForm(GgmlType type, int k) {
    return Form.FLOAT_GROUPS;
  }

  @Override
  public long rowBytes(GgmlType type, int k) {
    return 4L * k;
  }

  @Override
  public void prepareRow(GgmlType type, long x, int k, int tokens, int token, long out) {
    Memory.copy(x, out + 4L * k * token, 4L * k);
  }

  @Override
  public void rows(GgmlType type, int k, long w, int rows, long x, int tokens, long y, long ldy) {
    floatRows
        .computeIfAbsent(
            new Rows(FloatCode.find(type), k, tokens),
            key -> new FloatRows(key.type(), key.k(), key.tokens()))
        .run(w, rows, x, y, ldy);
  }

  @Override
  public int few(GgmlType type, int k) {
    return FEW;
  }

  @Override
  public long groupBytes(GgmlType type, int k, int n) {
    Cut cut = Cut.of(n);
    return cut.bytesBefore(cut.groups(), tokens -> FloatGroup.bytes(k, tokens));
  }

  @Override
  public void prepareGroup(
      GgmlType type, long x, long ldx, int k, int n, int i, IntPredicate fine, long out) {
    Cut cut = Cut.of(n);
    groups
        .computeIfAbsent(new Tokens(k, cut.tokens(i)), key -> new FloatGroup(key.k(), key.tokens()))
        .prepare(
            x + ldx * cut.before(i),
            ldx,
            out + cut.bytesBefore(i, tokens -> FloatGroup.bytes(k, tokens)));
  }

  @Override
  public long scratchBytes(GgmlType type, int k, int n) {
    return FloatBand.bytes(k) * (MOST_ROWS / FloatBand.ROWS);
  }

  @Override
  public void products(
      GgmlType type, int k, long w, int rows, long x, int n, long y, long ldy, long scratch) {
    FloatCode code = FloatCode.find(type);
    Cut cut = Cut.of(n);
    FloatTile large = tile(k, cut.size());
    FloatTile small = cut.small() == 0 ? null : tile(k, cut.size() - 1);
    int runs = Runs.of(k).count();
    for (int r = 0; r < rows; r += MOST_ROWS) {
      int count = Math.min(MOST_ROWS, rows - r);
      for (int run = 0; run < runs; run++) {
        unpack(code, k, w + type.rowBytes(k) * r, count, run, scratch);
        long group = x;
        long to = y + 4L * r;
        for (int g = 0; g < cut.groups(); g++) {
          FloatTile tile = g < cut.large() ? large : small;
          for (int b = 0; b < count; b += FloatBand.ROWS) {
            long band = scratch + FloatBand.bytes(k) * (b / FloatBand.ROWS);
            tile.run(band, run, group, to + 4L * b, ldy, Math.min(FloatBand.ROWS, count - b));
          }
          group += FloatGroup.bytes(k, cut.tokens(g));
          to += ldy * cut.tokens(g);
        }
      }
    }
  }

  private void unpack(FloatCode type, int k, long w, int rows, int run, long out) {
    for (int r = 0; r < rows; r += 16) {
      long at = FloatBand.bytes(k) * (r / FloatBand.ROWS) + 4L * (r % FloatBand.ROWS);
      bands
          .computeIfAbsent(
              new Band(type, k, Math.min(16, rows - r)),
              key -> new FloatBand(key.type(), key.k(), key.rows()))
          .unpack(w + type.type.rowBytes(k) * r, run, out + at);
    }
  }

  private FloatTile tile(int k, int tokens) {
    return tiles.computeIfAbsent(
        new Tokens(k, tokens), key -> new FloatTile(key.k(), key.tokens()));
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    values.computeIfAbsent(FloatCode.find(type), FloatValues::new).run(w, n, out);
  }
}
