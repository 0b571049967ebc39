package dev.jora.kernel.x86;

import dev.jora.tensor.GgmlType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Products of halves and bfloat16 with activations: of one token in float, of batches in 16-bit
 * fixed point, which the processor multiplies twice as fast. With weights in blocks likewise, if
 * that is wanted: they are decoded to floats and rounded to 16 bits once for all tokens.
 */
public final class WordProducts implements Products {
  private record Band(FloatCode type, int k) {}

  private final FloatProducts floats;
  private final VnniProducts blocks;
  private final Map<Band, PerCount<WordForm>> bands = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<WordForm>> groups = new ConcurrentHashMap<>();
  private final Map<Integer, PerCount<WordTile>> tiles = new ConcurrentHashMap<>();

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
  public ProductCode singles(GgmlType type, int k) {
    return one(type).singles(type, k);
  }

  @Override
  public ProductCode batches(GgmlType type, int k) {
    return new Batches(type, k);
  }

  @Override
  public void dequantize(GgmlType type, long w, int n, long out) {
    one(type).dequantize(type, w, n, out);
  }

  /** A band of rows, unpacked once, passes all groups of tokens. */
  private final class Batches extends CutGroups {
    private final GgmlType type;
    private final int k;
    private final long stride;
    private final PerCount<WordForm> band;
    private final PerCount<WordForm> group;
    private final PerCount<WordTile> tile;

    Batches(GgmlType type, int k) {
      this.type = type;
      this.k = k;
      this.stride = type.rowBytes(k);
      FloatCode code = isHalf(type) ? FloatCode.find(type) : FloatCode.F32;
      this.band =
          bands.computeIfAbsent(
              new Band(code, k),
              key ->
                  new PerCount<>(
                      WordTile.ROWS,
                      rows -> new WordForm(key.type(), key.k(), rows, WordTile.ROWS)));
      this.group =
          groups.computeIfAbsent(
              k,
              key ->
                  new PerCount<>(
                      Cut.MOST, tokens -> new WordForm(FloatCode.F32, key, tokens, tokens)));
      this.tile =
          tiles.computeIfAbsent(
              k, key -> new PerCount<>(Cut.MOST, tokens -> new WordTile(key, tokens)));
    }

    @Override
    public Form form() {
      return Form.WORDS;
    }

    @Override
    long groupBytes(int tokens) {
      return WordForm.bytes(k, tokens);
    }

    @Override
    void prepare(long x, long ldx, int tokens, int fine, long out) {
      group.get(tokens).write(x, ldx, out);
    }

    @Override
    public long scratchBytes(int n) {
      return WordForm.bytes(k, WordTile.ROWS) + (isHalf(type) ? 0 : 4L * WordTile.ROWS * k);
    }

    @Override
    public void run(long w, int rows, long x, int n, long y, long ldy, long scratch) {
      Cut cut = Cut.of(n);
      for (int r = 0; r < rows; r += WordTile.ROWS) {
        int count = Math.min(WordTile.ROWS, rows - r);
        unpack(w + stride * r, count, scratch);
        long to = y + 4L * r;
        tile.get(cut.size()).run(scratch, x, to, ldy, cut.large(), count);
        if (cut.small() > 0) {
          int large = cut.large();
          tile.get(cut.size() - 1)
              .run(
                  scratch,
                  x + before(cut, large),
                  to + ldy * cut.before(large),
                  ldy,
                  cut.small(),
                  count);
        }
      }
    }

    /** Writes a band of up to 16 rows; floats that it is made of go behind it. */
    private void unpack(long w, int rows, long out) {
      if (isHalf(type)) {
        band.get(rows).write(w, stride, out);
      } else {
        long decoded = out + WordForm.bytes(k, WordTile.ROWS);
        blocks.dequantize(type, w, k * rows, decoded);
        band.get(rows).write(decoded, 4L * k, out);
      }
    }
  }
}
