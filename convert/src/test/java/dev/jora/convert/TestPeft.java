package dev.jora.convert;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** An adapter's folder of random numbers, as PEFT would save it. */
final class TestPeft {
  private static final String PREFIX = "base_model.model.";

  private final Map<String, Values> tensors = new LinkedHashMap<>();
  private final Random random;
  private String config = "\"peft_type\": \"LORA\", \"lora_alpha\": 6";

  private record Values(int[] shape, float[] values) {}

  TestPeft(int seed) {
    random = new Random(seed);
  }

  /** Adds a module: as a product of that size, of outputs and inputs. */
  TestPeft add(String module, int rank, int outputs, int inputs) {
    put(PREFIX + module + ".lora_A.weight", 0.3, rank, inputs);
    return put(PREFIX + module + ".lora_B.weight", 0.1, outputs, rank);
  }

  /** Adds a table of so many rows. */
  TestPeft addTable(String module, int rank, int rows, int width) {
    put(PREFIX + module + ".lora_embedding_A", 0.3, rank, rows);
    return put(PREFIX + module + ".lora_embedding_B", 0.1, width, rank);
  }

  TestPeft put(String name, double size, int... shape) {
    int n = 1;
    for (int extent : shape) {
      n *= extent;
    }
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (size * random.nextGaussian());
    }
    tensors.put(name, new Values(shape, values));
    return this;
  }

  TestPeft set(String name, int i, float value) {
    tensors.get(name).values()[i] = value;
    return this;
  }

  TestPeft remove(String name) {
    tensors.remove(name);
    return this;
  }

  /** The settings, without braces. */
  TestPeft config(String json) {
    config = json;
    return this;
  }

  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("adapter_config.json"), "{" + config + "}");
    StringJoiner header = new StringJoiner(", ", "{", "}");
    long at = 0;
    for (Map.Entry<String, Values> each : tensors.entrySet()) {
      StringJoiner shape = new StringJoiner(",", "[", "]");
      for (int extent : each.getValue().shape()) {
        shape.add(Integer.toString(extent));
      }
      long end = at + 4L * each.getValue().values().length;
      header.add(
          "\"%s\": {\"dtype\": \"F32\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
              .formatted(each.getKey(), shape, at, end));
      at = end;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + text.length + (int) at).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(text.length).put(text);
    for (Values values : tensors.values()) {
      for (float value : values.values()) {
        all.putFloat(value);
      }
    }
    Files.write(folder.resolve("adapter_model.safetensors"), all.array());
    return folder;
  }
}
