package dev.jora.cli.embed;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What is printed of vectors; llama-embedding's names. */
enum EmbedFormat {
  /** A JSON array a line, each of a text. */
  LINES("lines"),
  /** One JSON array of all. */
  ARRAY("array"),
  /** OpenAI's answer. */
  JSON("json"),
  /** The same, and how alike all texts are. */
  JSON_PLUS("json+"),
  /** A line of comma-separated numbers for each vector. */
  CSV("csv"),
  /** float32, little-endian, and nothing else. */
  RAW("raw");

  private final String label;

  EmbedFormat(String label) {
    this.label = label;
  }

  /**
   * Writes so.
   *
   * @param model its name
   * @param nested every token has its vector
   */
  VectorWriter writer(Destination out, String model, boolean nested) {
    return switch (this) {
      case LINES ->
          (tokens, vectors) ->
              out.print(Numerals.arrays(new StringBuilder(), vectors, nested).append('\n'));
      case ARRAY -> new ArrayVectors(out, nested);
      case JSON, JSON_PLUS -> new JsonVectors(out, model, nested, this == JSON_PLUS);
      case CSV ->
          (tokens, vectors) -> {
            for (float[] vector : vectors) {
              out.print(Numerals.joined(new StringBuilder(), vector).append('\n'));
            }
          };
      case RAW ->
          (tokens, vectors) -> {
            for (float[] vector : vectors) {
              out.write(raw(vector));
            }
          };
    };
  }

  private static byte[] raw(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
    return bytes.array();
  }

  /** One JSON array, an element for each text. */
  private static final class ArrayVectors implements VectorWriter {
    private final Destination out;
    private final boolean nested;
    private boolean more;

    ArrayVectors(Destination out, boolean nested) {
      this.out = out;
      this.nested = nested;
    }

    @Override
    public void begin() {
      out.print("[");
    }

    @Override
    public void add(int tokens, float[][] vectors) {
      out.print(Numerals.arrays(new StringBuilder(more ? ",\n" : ""), vectors, nested));
      more = true;
    }

    @Override
    public void end() {
      out.print("]\n");
    }
  }

  /** The formats by name. */
  static final class Name implements ITypeConverter<EmbedFormat>, Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(format -> format.label).iterator();
    }

    @Override
    public EmbedFormat convert(String name) {
      for (EmbedFormat format : values()) {
        if (format.label.equalsIgnoreCase(name) || name.isEmpty() && format == LINES) {
          return format;
        }
      }
      String names =
          Arrays.stream(values()).map(format -> format.label).collect(Collectors.joining(", "));
      throw new TypeConversionException("'" + name + "' is none of " + names);
    }
  }
}
