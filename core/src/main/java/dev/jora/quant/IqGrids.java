package dev.jora.quant;

import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The grids that IQ1, IQ2 and IQ3 types choose their values from. A point is 8 values of 2 bits or
 * 4 of 3, as a code: digit i is {@code code >> 2 i & 3} or {@code code >> 3 i & 7}. Points stand in
 * the order of their codes, and an index is a position in it. All are read from one resource when
 * the first is asked for.
 *
 * <pre>
 * types         points  values of digits 0, 1, 2, ...
 * IQ2_XXS          256  8 25 43
 * IQ2_XS           512  8 25 43
 * IQ2_S           1024  8 25 43
 * IQ1_S, IQ1_M    2048  -1 0 1
 * IQ3_XXS          256  4 12 20 28 36 44 52 62
 * IQ3_S            512  1 3 5 7 9 11 13 15
 * </pre>
 */
public final class IqGrids {
  /** Codes as u16, little-endian, one grid after another in this order. Written by a script. */
  private static final String RESOURCE = "iq-grids.bin";

  private IqGrids() {}

  /**
   * A copy of the codes of a type's grid, ascending; the first is 0.
   *
   * @throws IllegalArgumentException if the type has no grid
   */
  public static int[] codes(GgmlType type) {
    return of(type).codes.clone();
  }

  /**
   * A copy of the values of a type's grid, as blocks are decoded: those of point i start at i times
   * {@link #size}.
   *
   * @throws IllegalArgumentException if the type has no grid
   */
  public static byte[] values(GgmlType type) {
    return of(type).values.clone();
  }

  /**
   * Values per point, 8 or 4.
   *
   * @throws IllegalArgumentException if the type has no grid
   */
  public static int size(GgmlType type) {
    return of(type).size;
  }

  private static Grid of(GgmlType type) {
    return switch (type) {
      case IQ2_XXS -> Grids.IQ2_XXS;
      case IQ2_XS -> Grids.IQ2_XS;
      case IQ2_S -> Grids.IQ2_S;
      case IQ1_S, IQ1_M -> Grids.IQ1;
      case IQ3_XXS -> Grids.IQ3_XXS;
      case IQ3_S -> Grids.IQ3_S;
      default -> throw new IllegalArgumentException("the values of " + type + " have no grid");
    };
  }

  /** One grid; its arrays are shared and stay as they are. */
  static final class Grid {
    final int size;
    final int[] codes;
    final byte[] values;

    private Grid(ByteBuffer resource, int points, int size, int... decoded) {
      this.size = size;
      codes = new int[points];
      values = new byte[points * size];
      int bits = size == 8 ? 2 : 3;
      for (int p = 0; p < points; p++) {
        codes[p] = resource.getShort() & 0xffff;
        for (int i = 0; i < size; i++) {
          int digit = codes[p] >> bits * i & (1 << bits) - 1;
          values[p * size + i] = (byte) decoded[digit];
        }
      }
    }

    /** dst[to + i] = scale · value i of a point, negative where {@code signs} has bit i. */
    void point(int index, int signs, float scale, float[] dst, int to) {
      for (int i = 0; i < size; i++) {
        float value = scale * values[index * size + i];
        dst[to + i] = (signs >> i & 1) != 0 ? -value : value;
      }
    }

    /** dst[to + i] = scale · (value i of a point + shift). */
    void shiftedPoint(int index, float shift, float scale, float[] dst, int to) {
      for (int i = 0; i < size; i++) {
        dst[to + i] = scale * (values[index * size + i] + shift);
      }
    }
  }

  /** All grids; the resource is read with this class. */
  static final class Grids {
    static final Grid IQ2_XXS;
    static final Grid IQ2_XS;
    static final Grid IQ2_S;
    static final Grid IQ1;
    static final Grid IQ3_XXS;
    static final Grid IQ3_S;

    static {
      ByteBuffer resource = read();
      IQ2_XXS = new Grid(resource, 256, 8, 8, 25, 43);
      IQ2_XS = new Grid(resource, 512, 8, 8, 25, 43);
      IQ2_S = new Grid(resource, 1024, 8, 8, 25, 43);
      IQ1 = new Grid(resource, 2048, 8, -1, 0, 1);
      IQ3_XXS = new Grid(resource, 256, 4, 4, 12, 20, 28, 36, 44, 52, 62);
      IQ3_S = new Grid(resource, 512, 4, 1, 3, 5, 7, 9, 11, 13, 15);
    }

    private Grids() {}

    private static ByteBuffer read() {
      try (InputStream in = IqGrids.class.getResourceAsStream(RESOURCE)) {
        if (in == null) {
          throw new IllegalStateException(RESOURCE + " is missing beside " + IqGrids.class);
        }
        return ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
