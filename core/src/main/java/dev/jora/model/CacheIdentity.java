package dev.jora.model;

import dev.jora.model.adapter.Adaptation;
import dev.jora.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that what is cached of a text depends on, as names and values that a message can show. */
final class CacheIdentity {
  /** Bytes of every tensor that are looked at: a model that was trained on has others. */
  private static final int SAMPLE = 64;

  private static final String ADAPTERS = "adapters";

  private CacheIdentity() {}

  /** What is read with adapters of such scales depends on. */
  static Map<String, String> of(Model model, DecoderOptions options, List<Float> scales) {
    Hyperparameters h = model.hyperparameters();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("architecture", h.architecture());
    fields.put("layers", "" + h.blockCount());
    fields.put("embedding length", "" + h.embeddingLength());
    fields.put("vocabulary", "" + model.vocabularySize());
    fields.put("type of cached keys", "" + options.keyType());
    fields.put("type of cached values", "" + options.valueType());
    fields.put("RoPE", "" + model.spec().rope().with(options.rope()));
    fields.put("computation", hash(model.spec().toString().getBytes(StandardCharsets.UTF_8)));
    fields.put("weights", weights(model.tensors()));
    fields.put(ADAPTERS, options.adaptation().identity(scales));
    return fields;
  }

  private static String hash(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /** A hash of names, types, shapes, and some bytes in the middle of every tensor. */
  private static String weights(Map<String, Tensor> tensors) {
    MessageDigest hash = sha256();
    for (Tensor t : new TreeMap<>(tensors).values()) {
      String about = t.name() + '\n' + t.type() + '\n' + t.shape() + '\n';
      hash.update(about.getBytes(StandardCharsets.UTF_8));
      long n = Math.min(SAMPLE, t.bytes());
      hash.update(t.data().asSlice((t.bytes() - n) / 2, n).asByteBuffer());
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** A line for each field. */
  static byte[] encode(Map<String, String> fields) {
    StringBuilder text = new StringBuilder();
    fields.forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Lines that are no fields are left out. */
  static Map<String, String> decode(byte[] text) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(ADAPTERS, Adaptation.NONE.identity(List.of())); // older files do not speak of them
    new String(text, StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split(": ", 2))
        .filter(pair -> pair.length == 2)
        .forEach(pair -> fields.put(pair[0], pair[1]));
    return fields;
  }
}
