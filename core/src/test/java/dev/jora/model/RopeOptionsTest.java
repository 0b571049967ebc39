package dev.jora.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jora.backend.Rope;
import dev.jora.gguf.GgufMetadata;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.model.block.RopeSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RopeOptionsTest {
  private static Hyperparameters of128() {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new GgufValue.Str("llama"));
    put(values, "llama.block_count", 1);
    put(values, "llama.context_length", 2048);
    put(values, "llama.embedding_length", 4096);
    put(values, "llama.attention.head_count", 32);
    put(values, "llama.feed_forward_length", 11008);
    return new Hyperparameters(new GgufMetadata(Path.of("test.gguf"), values));
  }

  private static void put(Map<String, GgufValue> values, String key, int value) {
    values.put(key, new GgufValue.Int(GgufType.UINT32, value));
  }

  private static RopeOptions with(Double base, Double scale, Double alpha) {
    RopeOptions.Overrides user =
        new RopeOptions.Overrides(base, scale, null, alpha, null, null, null, null, null);
    return RopeOptions.of(of128(), user);
  }

  @Test
  void alphaIsTheNtkRule() {
    assertEquals(26913, with(null, null, 2.65).base(), 1);
  }

  @Test
  void theUserWinsOverTheModel() {
    assertEquals(10000, with(null, null, null).base());
    assertEquals(5e5, with(5e5, null, null).base());
    Rope rope = with(null, 0.25, null).rope(new RopeSpec(false, 128, 0, true), null);
    assertEquals(0.25, rope.frequencies()[0], 1e-12);
    assertEquals(0.25 * Math.pow(10000, -2.0 / 128), rope.frequencies()[1], 1e-12);
    assertEquals(1, rope.magnitude());
  }

  @Test
  void yarnLeavesFastPairsAloneAndScalesSlowOnes() {
    RopeOptions yarn = new RopeOptions(10000, RopeOptions.Scaling.YARN, 0.25, 2048, 1, 1, 0, 32, 1);
    Rope rope = yarn.rope(new RopeSpec(true, 128, 0, true), null);
    assertEquals(1, rope.frequencies()[0], 1e-12);
    assertEquals(0.25 * Math.pow(10000, -126.0 / 128), rope.frequencies()[63], 1e-12);
    assertEquals(1 + 0.1 * Math.log(4), rope.magnitude(), 1e-12);
  }
}
