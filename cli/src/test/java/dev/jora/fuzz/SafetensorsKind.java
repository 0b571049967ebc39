package dev.jora.fuzz;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Files of safetensors, quantized ones with their configuration, damaged in bytes or in the header.
 */
record SafetensorsKind(Sources sources) implements Kind {
  static final String CONFIG = "quantization.json";

  private static final String[] TYPES = {"auto", "auto", "f32", "f16", "bf16", "q8_0", "Q4_K_M"};

  private static final String[] WORDS = {
    "\"dtype\":\"U8\"",
    "\"dtype\":\"I64\"",
    "\"dtype\":\"F8_E4M3\"",
    "\"dtype\":\"BOOL\"",
    "\"shape\":[]",
    "\"shape\":[0]",
    "\"shape\":[1,1,1,1,1,1]",
    "\"shape\":[4294967296,4294967296]",
    "\"data_offsets\":[0,0]",
    "\"data_offsets\":[0,18446744073709551615]",
    ".qweight",
    ".weight",
    "weight_scale",
    "_blocks",
    ".trellis",
    "__metadata__",
    "[32,",
    ",160]",
    "\"bits\":5",
    "\"group_size\":-1",
    "\"group_size\":0",
    "\"quant_method\":\"awq\"",
    "\"quant_method\":\"hqq\""
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    Sources.Weights seed = Damage.one(sources.safetensors(), random);
    byte[] bytes = Files.readAllBytes(seed.file());
    Path file = folder.resolve("model.safetensors");
    Files.write(file, random.nextInt(3) == 0 ? Damage.bytes(bytes, random) : headed(bytes, random));
    if (seed.config() != null) {
      String json = seed.config();
      boolean sound = random.nextInt(4) > 0;
      Files.write(
          folder.resolve(CONFIG),
          sound ? json.getBytes(StandardCharsets.UTF_8) : Damage.text(json, WORDS, random));
    }
    return commands(file, folder, Damage.one(TYPES, random));
  }

  /** Damage to the header alone, whose length is right. */
  private static byte[] headed(byte[] file, Random random) throws IOException {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(file, 8, 8 + length);
    switch (random.nextInt(4)) {
      case 0 -> header = Damage.text(new String(header, StandardCharsets.UTF_8), WORDS, random);
      case 1 -> header = TreeDamage.of(TreeDamage.read(header), random);
      default -> {
        ObjectNode tree = (ObjectNode) TreeDamage.read(header);
        for (int n = random.nextInt(2); n >= 0; n--) {
          changeSoundly(tree, random);
        }
        header = tree.toString().getBytes(StandardCharsets.UTF_8);
      }
    }
    ByteBuffer out =
        ByteBuffer.allocate(header.length + file.length - length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(header.length).put(header).put(file, 8 + length, file.length - 8 - length);
    return out.array();
  }

  /** Another name, shape or type of a tensor, such that the file stays one of safetensors. */
  private static void changeSoundly(ObjectNode tree, Random random) {
    List<String> names = new ArrayList<>();
    tree.propertyStream().forEach(field -> names.add(field.getKey()));
    names.remove("__metadata__");
    String name = names.get(random.nextInt(names.size()));
    ObjectNode entry = (ObjectNode) tree.get(name);
    ArrayNode shape = (ArrayNode) entry.get("shape");
    switch (random.nextInt(4)) {
      case 0 -> {
        List<String> same = sameSize(entry.get("dtype").textValue());
        entry.put("dtype", same.get(random.nextInt(same.size())));
      }
      case 1 -> {
        String other = names.get(random.nextInt(names.size()));
        int dot = other.lastIndexOf('.');
        String end = random.nextBoolean() ? other.substring(Math.max(0, dot)) : "x";
        tree.remove(name);
        tree.set(name.substring(0, Math.max(0, name.lastIndexOf('.'))) + end, entry);
      }
      case 2 -> {
        if (shape.size() > 1) {
          shape.add(shape.remove(0));
        } else {
          shape.add(1);
        }
      }
      default -> {
        int at = shape.isEmpty() ? -1 : random.nextInt(shape.size());
        if (at >= 0 && shape.get(at).longValue() % 2 == 0) {
          shape.set(at, shape.get(at).longValue() / 2);
          shape.insert(at, 2);
        } else {
          shape.insert(0, 1);
        }
      }
    }
  }

  private static List<String> sameSize(String type) {
    return Stream.of(
            List.of("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"),
            List.of("I16", "U16", "F16", "BF16"),
            List.of("I32", "U32", "F32"),
            List.of("I64", "U64", "F64"))
        .filter(types -> types.contains(type))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) {
    return commands(input, folder, "auto");
  }

  static List<List<String>> commands(Path input, Path folder, String type) {
    Path config = folder.resolve(CONFIG);
    String out = folder.resolve("out.gguf").toString();
    List<String> convert = new ArrayList<>();
    convert.addAll(List.of("convert", "-q", "-t", "1", input.toString(), "-o", out));
    convert.addAll(List.of("--outtype", type));
    if (Files.exists(config)) {
      convert.addAll(List.of("--quantization-config", config.toString()));
    }
    return List.of(convert, List.of("info", out));
  }
}
