package dev.jora.fuzz;

import dev.jora.fuzz.GgufParts.Pair;
import dev.jora.fuzz.GgufParts.Row;
import dev.jora.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the models of {@code testdata/fuzz/model}, each with the fault that once went wrong. Their
 * weights are a pattern, so that they pack to a few kilobytes.
 */
final class KeptModels {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;
  private static final int I32 = 26;

  private final GgufParts parts;
  private final List<byte[]> data = new ArrayList<>();

  private KeptModels(String source) throws IOException {
    parts =
        GgufParts.of(
            Files.readAllBytes(Shared.testdata("architectures/" + source + "/model.gguf")));
    for (Row row : parts.rows) {
      boolean norm = row.shape.length == 1;
      data.add(floats(row, (r, c) -> norm ? 1 : ((7 * r + 13 * c) % 5 - 2) / 32f));
    }
  }

  private interface Values {
    float at(int row, int column);
  }

  private static byte[] floats(Row row, Values values) {
    int columns = (int) row.shape[0];
    int rows = (int) (Arrays.stream(row.shape).reduce(1, (a, b) -> a * b) / columns);
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        bytes.putFloat(values.at(r, c));
      }
    }
    return bytes.array();
  }

  private int place(String tensor) {
    for (int i = 0; i < parts.rows.size(); i++) {
      if (new String(parts.rows.get(i).name, StandardCharsets.UTF_8).equals(tensor)) {
        return i;
      }
    }
    throw new IllegalArgumentException(tensor);
  }

  private void set(String tensor, Values values) {
    data.set(place(tensor), floats(parts.rows.get(place(tensor)), values));
  }

  /** Blocks of a scale and 32 nibbles. */
  private void toQ4(String tensor) {
    Row row = parts.rows.get(place(tensor));
    int blocks = (int) (Arrays.stream(row.shape).reduce(1, (a, b) -> a * b) / 32);
    ByteBuffer bytes = ByteBuffer.allocate(18 * blocks).order(ByteOrder.LITTLE_ENDIAN);
    for (int b = 0; b < blocks; b++) {
      bytes.putShort(Float.floatToFloat16(1 / 64f));
      for (int i = 0; i < 16; i++) {
        bytes.put((byte) (17 * (b + i)));
      }
    }
    row.type = Q4_0;
    data.set(place(tensor), bytes.array());
  }

  private void add(String key, int type, byte[] value) {
    Pair pair = new Pair();
    pair.key = key.getBytes(StandardCharsets.UTF_8);
    pair.type = type;
    pair.value = value;
    parts.pairs.add(pair);
  }

  private void addTensor(String name, int type, long... shape) {
    Row row = new Row();
    row.name = name.getBytes(StandardCharsets.UTF_8);
    row.shape = shape;
    row.type = type;
    parts.rows.add(row);
    data.add(new byte[(int) (4 * Arrays.stream(shape).reduce(1, (a, b) -> a * b))]);
  }

  private void template(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GgufParts.number(out, text.length(), 8);
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    add("tokenizer.chat_template", 8, out.toByteArray());
  }

  /** Keeps the first of the strings of an array. */
  private void cut(String key, int kept) {
    for (Pair pair : parts.pairs) {
      if (new String(pair.key, StandardCharsets.UTF_8).equals(key)) {
        ByteBuffer in = ByteBuffer.wrap(pair.value).order(ByteOrder.LITTLE_ENDIAN);
        in.putLong(4, kept).position(12);
        for (int i = 0; i < kept; i++) {
          in.position(in.position() + 8 + (int) in.getLong(in.position()));
        }
        pair.value = Arrays.copyOf(pair.value, in.position());
      }
    }
  }

  private void write(Path target) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < parts.rows.size(); i++) {
      parts.rows.get(i).offset = all.size();
      all.writeBytes(data.get(i));
      all.writeBytes(new byte[-all.size() & 31]);
    }
    parts.data = all.toByteArray();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(target))) {
      out.write(parts.bytes());
    }
  }

  private static void make(String name, String source, Consumer<KeptModels> fault)
      throws IOException {
    KeptModels model = new KeptModels(source);
    fault.accept(model);
    Path folder = Files.createDirectories(Shared.testdata("fuzz/model"));
    model.write(folder.resolve(name + ".gguf.gz"));
  }

  /** Writes all. */
  public static void main(String[] args) throws IOException {
    String bias = "blk.0.ffn_gate_inp.weight";
    make("nan-router", "mixtral", m -> m.set(bias, (r, c) -> r == 1 ? Float.NaN : 0));
    make("nan-weights", "llama", m -> m.set("blk.1.attn_v.weight", (r, c) -> Float.NaN));
    make(
        "infinite-norm",
        "llama",
        m -> m.set("output_norm.weight", (r, c) -> Float.POSITIVE_INFINITY));
    make(
        "mixed-types",
        "mixtral",
        m -> List.of("blk.0.attn_v.weight", "blk.1.attn_v.weight").forEach(m::toQ4));
    make(
        "integer-weights",
        "llama",
        m -> m.parts.rows.get(m.place("blk.0.ffn_up.weight")).type = I32);
    make(
        "rows-without-token",
        "llama",
        m -> {
          m.cut("tokenizer.ggml.tokens", 144);
          m.set("output.weight", (r, c) -> r == 200 ? 1 : r == 201 ? -1 : 0); // the likeliest
        });
    make(
        "odd-tensors",
        "llama",
        m -> {
          m.addTensor("extra.empty", F32, 0);
          m.addTensor("extra.scalar", I32);
          ByteArrayOutputStream nested = new ByteArrayOutputStream();
          GgufParts.number(nested, 9, 4);
          GgufParts.number(nested, 1, 8);
          GgufParts.number(nested, 4, 4);
          GgufParts.number(nested, 2, 8);
          nested.writeBytes(new byte[8]);
          m.add("extra.nested", 9, nested.toByteArray());
        });
    make(
        "template-find",
        "llama",
        m -> m.template("{% if ('a'*3000000+'b') in ('a'*8000000) %}x{% endif %}"));
    make("template-strip", "llama", m -> m.template("{{ ('a'*8000000).strip('b'*100000+'a') }}"));
  }
}
