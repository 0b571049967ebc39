package dev.jora.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Llama of one small layer, to be converted with any tokenizer. */
final class TinyCheckpoint {
  private static final int WIDTH = 16;
  private static final int INNER = 32;

  private TinyCheckpoint() {}

  /** Writes {@code config.json} and {@code model.safetensors}. */
  static void write(Path folder, int vocabulary) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":%d,
        "intermediate_size":%d,"num_attention_heads":2,"num_key_value_heads":2,"num_hidden_layers":1,
        "max_position_embeddings":64,"rms_norm_eps":1e-6,"rope_theta":10000.0,"vocab_size":%d,
        "tie_word_embeddings":true}
        """
            .formatted(WIDTH, INNER, vocabulary));
    List<String> entries = new ArrayList<>();
    int at = add(entries, 0, "model.embed_tokens.weight", vocabulary, WIDTH);
    at = add(entries, at, "model.norm.weight", WIDTH);
    String layer = "model.layers.0.";
    at = add(entries, at, layer + "input_layernorm.weight", WIDTH);
    at = add(entries, at, layer + "post_attention_layernorm.weight", WIDTH);
    for (String name : List.of("q", "k", "v", "o")) {
      at = add(entries, at, layer + "self_attn." + name + "_proj.weight", WIDTH, WIDTH);
    }
    at = add(entries, at, layer + "mlp.gate_proj.weight", INNER, WIDTH);
    at = add(entries, at, layer + "mlp.up_proj.weight", INNER, WIDTH);
    at = add(entries, at, layer + "mlp.down_proj.weight", WIDTH, INNER);
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + at).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    for (int i = 0; file.remaining() > 1; i++) {
      file.putShort(Float.floatToFloat16((i * 7 % 17 - 8) / 16f));
    }
    Files.write(folder.resolve("model.safetensors"), file.array());
  }

  private static int add(List<String> entries, int at, String name, int... shape) {
    int bytes = 2;
    List<String> extents = new ArrayList<>();
    for (int extent : shape) {
      bytes *= extent;
      extents.add("" + extent);
    }
    entries.add(
        "\"%s\":{\"dtype\":\"F16\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
            .formatted(name, String.join(",", extents), at, at + bytes));
    return at + bytes;
  }
}
