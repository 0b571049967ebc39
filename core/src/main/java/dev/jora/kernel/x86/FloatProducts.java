package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Products of weights without blocks (floats, halves, bfloat16) and float activations. */
public final class FloatProducts implements Products {
  /** Rows that are unpacked at once: activations come from memory once for all of them. */
  private static final int MOST_ROWS = 128;

  /** Tokens of {@link #singles}: as many as a group, which takes a fifth more time at 12 tokens. */
  private static final int FEW = Cut.MOST; // scripts/bench-few, docs/kernels.md

  private record Band(FloatCode type, int k) {}

  private final Map<Band, PerCount<FloatBand>> bands = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<FloatGroup>> groups = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<FloatTile>> tiles = new ConcurrentHashMap<>();
  private final Map<FloatCode, FloatValues> values = new ConcurrentHashMap<>();

  @Override
  public boolean supports(GgmlType type, int k) {
    return FloatCode.find(type) != null && k > 0;
  }

  @Override
  public ProductCode singles(GgmlType type, int k) {
    FloatCode code = FloatCode.find(type);
    return new FewProducts(
        Form.FLOATS,
        FEW,
        4L * k,
        (x, tokens, token, out) -> Memory.copy(x, out + 4L * k * token, 4L * k),
        type.rowBytes(k),
        tokens -> {
          FloatRows rows = new FloatRows(code, k, tokens);
          return (w, rowBytes, count, x, y, ldy) -> rows.run(w, count, x, y, ldy);
        });
  }

  @Override
  public ProductCode batches(GgmlType type, int k) {
    return new Batches(FloatCode.find(type), k);
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    values.computeIfAbsent(FloatCode.find(type), FloatValues::new).run(w, n, out);
  }

  /** Runs of some rows, unpacked once, pass all groups of tokens. */
  private final class Batches extends CutGroups {
    private final int k;
    private final long stride;
    private final long bandBytes;
    private final PerCount<FloatBand> band;
    private final PerCount<FloatGroup> group;
    private final PerCount<FloatTile> tile;

    Batches(FloatCode type, int k) {
      this.k = k;
      this.stride = type.type.rowBytes(k);
      this.bandBytes = FloatBand.bytes(k);
      this.band =
          bands.computeIfAbsent(
              new Band(type, k),
              key -> new PerCount<>(16, rows -> new FloatBand(key.type(), key.k(), rows)));
      this.group =
          groups.computeIfAbsent(
              k, key -> new PerCount<>(Cut.MOST, tokens -> new FloatGroup(key, tokens)));
      this.tile =
          tiles.computeIfAbsent(
              k, key -> new PerCount<>(Cut.MOST, tokens -> new FloatTile(key, tokens)));
    }

    @Override
    public Form form() {
      return Form.FLOAT_GROUPS;
    }

    @Override
    long groupBytes(int tokens) {
      return FloatGroup.bytes(k, tokens);
    }

    @Override
    void prepare(long x, long ldx, int tokens, int fine, long out) {
      group.get(tokens).prepare(x, ldx, out);
    }

    @Override
    public long scratchBytes(int n) {
      return bandBytes * (MOST_ROWS / FloatBand.ROWS);
    }

    @Override
    public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
      Cut cut = Cut.of(n);
      int runs = Runs.of(k).count();
      for (int r = 0; r < rows; r += MOST_ROWS) {
        int count = Math.min(MOST_ROWS, rows - r);
        for (int run = 0; run < runs; run++) {
          unpack(w + stride * r, count, run, scratch);
          for (int g = 0; g < cut.groups(); g++) {
            FloatTile products = tile.get(cut.tokens(g));
            long from = x + before(cut, g);
            long to = y + 4L * r + ldy * cut.before(g);
            for (int b = 0; b < count; b += FloatBand.ROWS) {
              long at = scratch + bandBytes * (b / FloatBand.ROWS);
              products.run(at, run, from, to + 4L * b, ldy, Math.min(FloatBand.ROWS, count - b));
            }
          }
        }
      }
    }

    private void unpack(long w, int rows, int run, long out) {
      for (int r = 0; r < rows; r += 16) {
        long at = bandBytes * (r / FloatBand.ROWS) + 4L * (r % FloatBand.ROWS);
        band.get(Math.min(16, rows - r)).unpack(w + stride * r, run, out + at);
      }
    }
  }
}
