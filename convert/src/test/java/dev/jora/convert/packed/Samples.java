package dev.jora.convert.packed;

import static dev.jora.convert.packed.Made.shape;

import dev.jora.convert.source.ElementType;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A weight in every format. */
final class Samples {
  private static final float[] E2M1 = {
    0, .5f, 1, 1.5f, 2, 3, 4, 6, 0, -.5f, -1, -1.5f, -2, -3, -4, -6
  };

  private Samples() {}

  static Stream<Sample> all() {
    Stream<Sample> gptq =
        Stream.of(2, 3, 4, 8)
            .flatMap(
                bits ->
                    Stream.of(
                        gptq(bits, 1, 32, 96, 40, true),
                        gptq(bits, 0, 32, 96, 40, false),
                        gptq(bits, 1, 36, 32, -1, false),
                        gptq(bits, 1, 32, 64, 7, true)));
    Stream<Sample> packed =
        IntStream.rangeClosed(1, 8)
            .boxed()
            .flatMap(
                bits ->
                    Stream.of(
                        integers(bits, true, 5, 45, 20, true, false),
                        integers(bits, true, 3, 64, -1, false, false),
                        integers(bits, false, 7, 96, 32, true, true)));
    Stream<Sample> hqq =
        Stream.of(1, 2, 3, 4, 8).flatMap(bits -> Stream.of(hqq(bits, 0), hqq(bits, 1)));
    return Stream.of(
            gptq,
            packed,
            hqq,
            Stream.of(
                awqGemm(24, 60, 20),
                awqGemm(8, 33, -1),
                awqGemv(5, 64, 32),
                awqGemv(3, 256, 64),
                awqGemv(2, 2048, 128),
                awqFast(8, 128, 64, "qzeros"),
                awqFast(4, 64, 32, "scaled_zeros"),
                exl2(false),
                exl2(true),
                fp8(ElementType.F8_E4M3, "weight_scale_inv", shape(37, 50), shape(3, 3), 16, 24),
                fp8(ElementType.F8_E5M2, "weight_scale_inv", shape(3, 5), shape(1, 1), 128, 128),
                fp8(ElementType.F8_E4M3, "weight_scale", shape(7, 5), shape(7, 1), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale", shape(7, 5), shape(7), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale", shape(7, 5), shape(), 0, 0),
                fp8(ElementType.F8_E4M3, "qscale_weight", shape(7, 5), shape(1), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale_inv", shape(2, 5, 7), shape(2), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale", shape(2, 5, 7), shape(2, 5, 1), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale", shape(2, 5, 7), shape(2, 1, 7), 0, 0),
                fp8(ElementType.F8_E4M3, "weight_scale_inv", shape(2, 5, 7), shape(2, 3, 2), 2, 4),
                int8(),
                nvfp4(true),
                nvfp4(false),
                mxfp4("layer.weight", shape(3, 64)),
                mxfp4("layer.up", shape(2, 3, 64)),
                bnb(false, "nf4", ElementType.U8),
                bnb(true, "fp4", ElementType.U8),
                bnb(true, "nf4", ElementType.BF16),
                bnbBytes()))
        .flatMap(samples -> samples);
  }

  private static Set<String> none() {
    return Set.of();
  }

  static Sample gptq(int bits, int shift, int o, int i, int size, boolean order) {
    Random random = new Random(bits * 100 + i);
    int groups = size < 0 ? 1 : (i + size - 1) / size;
    int[] q = Sample.codes(random, o * i, 1 << bits);
    int[] z = Sample.codes(random, groups * o, 1 << bits);
    float[] scales = Sample.scales(random, groups * o);
    int[] group = new int[i];
    for (int k = 0; k < i; k++) {
      group[k] = order ? random.nextInt(groups) : size < 0 ? 0 : k / size;
    }
    Packing dense = new Packing(bits, true);
    int zeroWords = Sample.words(o, dense);
    int[] weight = new int[Sample.words(i, dense) * o];
    int[] zeros = new int[groups * zeroWords];
    float[] expected = new float[o * i];
    for (int r = 0; r < o; r++) {
      for (int k = 0; k < i; k++) {
        Sample.put(weight, r, o, dense, k, q[r * i + k]);
        int g = group[k];
        expected[r * i + k] = scales[g * o + r] * (q[r * i + k] - (z[g * o + r] + shift));
      }
      for (int g = 0; g < groups; g++) {
        Sample.put(zeros, g * zeroWords, 1, dense, r, z[g * o + r]);
      }
    }
    Made made =
        new Made()
            .ints("layer.qweight", shape(weight.length / o, o), weight)
            .ints("layer.qzeros", shape(groups, zeroWords), zeros)
            .halves("layer.scales", shape(groups, o), scales);
    if (order) {
      made.ints("layer.g_idx", shape(i), group);
    }
    return new Sample(
        "GPTQ of %d bits, [%d, %d], groups of %d, zeros + %d".formatted(bits, o, i, size, shift),
        made,
        "{\"quant_method\":\"gptq\",\"bits\":%d,\"group_size\":%d,\"desc_act\":%b,\"checkpoint_format\":\"%s\"}"
            .formatted(bits, size, order, shift == 1 ? "gptq" : "gptq_v2"),
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  private static String awqConfig(String version, int size) {
    return "{\"w_bit\":4,\"q_group_size\":%d,\"zero_point\":true,\"version\":\"%s\"}"
        .formatted(size, version);
  }

  static Sample awqGemm(int o, int i, int size) {
    Random random = new Random(i);
    int[] place = {0, 4, 1, 5, 2, 6, 3, 7};
    int step = size < 0 ? i : size;
    int groups = i / step;
    int[] q = Sample.codes(random, o * i, 16);
    int[] z = Sample.codes(random, groups * o, 16);
    float[] scales = Sample.scales(random, groups * o);
    int[] weight = new int[i * o / 8];
    int[] zeros = new int[groups * o / 8];
    float[] expected = new float[o * i];
    for (int r = 0; r < o; r++) {
      for (int k = 0; k < i; k++) {
        weight[k * o / 8 + r / 8] |= q[r * i + k] << 4 * place[r % 8];
        int g = k / step;
        expected[r * i + k] = scales[g * o + r] * (q[r * i + k] - z[g * o + r]);
      }
      for (int g = 0; g < groups; g++) {
        zeros[g * o / 8 + r / 8] |= z[g * o + r] << 4 * place[r % 8];
      }
    }
    return new Sample(
        "AWQ gemm [%d, %d], groups of %d".formatted(o, i, size),
        new Made()
            .ints("layer.qweight", shape(i, o / 8), weight)
            .ints("layer.qzeros", shape(groups, o / 8), zeros)
            .halves("layer.scales", shape(groups, o), scales),
        awqConfig("GEMM", size),
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  static Sample awqGemv(int o, int i, int size) {
    Random random = new Random(i);
    int groups = i / size;
    int width = size >= 128 ? (groups + 7) / 8 : size == 64 ? 2 : 4;
    Packing nibbles = new Packing(4, true);
    int[] q = Sample.codes(random, o * i, 16);
    int[] z = Sample.codes(random, groups * o, 16);
    float[] scales = Sample.scales(random, 8 * width * o);
    int[] weight = new int[o * i / 8];
    int[] zeros = new int[o * width];
    float[] expected = new float[o * i];
    for (int r = 0; r < o; r++) {
      for (int k = 0; k < i; k++) {
        Sample.put(weight, r * i / 8, 1, nibbles, k, q[r * i + k]);
        int g = k / size;
        expected[r * i + k] = scales[r * 8 * width + g] * (q[r * i + k] - z[r * groups + g]);
      }
      for (int g = 0; g < groups; g++) {
        Sample.put(zeros, r * width, 1, nibbles, g, z[r * groups + g]);
      }
    }
    return new Sample(
        "AWQ gemv [%d, %d], groups of %d".formatted(o, i, size),
        new Made()
            .ints("layer.qweight", shape(o, i / 8), weight)
            .ints("layer.qzeros", shape(o, width), zeros)
            .halves("layer.scales", shape(o, 8 * width), scales),
        awqConfig("gemv", size),
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  static Sample awqFast(int o, int i, int size, String zeroName) {
    Random random = new Random(i);
    int groups = i / size;
    int height = 8 * (size == 64 ? 2 : 4);
    int[] q = Sample.codes(random, o * i, 16);
    float[] scales = Sample.scales(random, height * o);
    float[] zeros = Sample.scales(random, height * o);
    int[] weight = new int[o / 4 * i];
    float[] expected = new float[o * i];
    for (int r = 0; r < o; r++) {
      int[] row = new int[i];
      for (int block = 0; block < i; block += 32) {
        int[] turned = new int[32]; // (4, 4, 2) becomes (1, 0, 2)
        for (int a = 0; a < 4; a++) {
          for (int b = 0; b < 4; b++) {
            for (int c = 0; c < 2; c++) {
              turned[b * 8 + a * 2 + c] = q[r * i + block + a * 8 + b * 2 + c];
            }
          }
        }
        int[] eight = {0, 2, 4, 6, 1, 3, 5, 7};
        for (int k = 0; k < 32; k++) {
          row[block + k] = turned[k / 8 * 8 + eight[k % 8]];
        }
      }
      for (int k = 0; k < i; k++) {
        int flat = r % 4 * 64 + k % 64;
        weight[r / 4 * i + k / 64 * 64 + flat / 4] |= row[k] << 4 * (flat % 4);
        int g = k / size;
        expected[r * i + k] = q[r * i + k] * scales[g * o + r] + zeros[g * o + r];
      }
    }
    if (groups > height) {
      throw new IllegalArgumentException();
    }
    return new Sample(
        "AWQ gemv_fast [%d, %d], groups of %d".formatted(o, i, size),
        new Made()
            .shorts("layer.qweight", shape(o / 4, i), weight)
            .halves("layer." + zeroName, shape(height, o), zeros)
            .halves("layer.scales", shape(height, o), scales),
        awqConfig("gemv_fast", size),
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  static Sample exl2(boolean order) {
    Random random = new Random(5);
    int o = 37;
    int stored = 64;
    int[] bits = {8, 6, 5, 4, 3, 2};
    int[] count = {32, 16, 32, 8, 32, 16};
    int i = 136;
    int words = IntStream.range(0, 6).map(g -> bits[g] * count[g] / 32).sum();
    int[] weight = new int[words * stored];
    int[] groups = new int[12];
    int[] scale = new int[6 * stored / 8];
    float[] max = Sample.scales(random, 6);
    int[] perm = IntStream.range(0, i).map(k -> k * 45 % i).toArray(); // 45 and 136 share no factor
    int[] inverse = new int[i];
    float[] expected = new float[o * i];
    for (int g = 0, first = 0, at = 0; g < 6; g++) {
      groups[2 * g] = bits[g];
      groups[2 * g + 1] = first;
      for (int r = 0; r < stored; r++) {
        int s = random.nextInt(16);
        scale[g * stored / 8 + r / 8] |= s << 4 * (r % 8);
        float step = half((s + 1) * (s + 1) * half(max[g] / 256));
        for (int k = 0; k < count[g]; k++) {
          int q = random.nextInt(1 << bits[g]);
          Sample.put(weight, first * stored + r, stored, new Packing(bits[g], true), k, q);
          inverse[perm[at + k]] = at + k;
          if (r < o) {
            expected[r * i + perm[at + k]] = half((q - (1 << bits[g] - 1)) * step);
          }
        }
      }
      first += bits[g] * count[g] / 32;
      at += count[g];
    }
    Made made =
        new Made()
            .ints("layer.q_weight", shape(words, stored), weight)
            .shorts("layer.q_groups", shape(12), groups)
            .ints("layer.q_scale", shape(6, stored / 8), scale)
            .halves("layer.q_scale_max", shape(6), max)
            .halves("layer.bias", shape(o), new float[o]);
    if (order) {
      made.ints("layer.q_perm", shape(i), perm);
    } else {
      made.shorts("layer.q_invperm", shape(i), inverse);
    }
    return new Sample(
        "EXL2, " + (order ? "order" : "inverse order"),
        made,
        "{\"quant_method\":\"exl2\",\"bits\":4.2}",
        "layer.weight",
        shape(o, i),
        expected,
        Set.of("layer.bias"));
  }

  private static float half(float x) {
    return Float.float16ToFloat(Float.floatToFloat16(x));
  }

  private static int size(long... shape) {
    long n = 1;
    for (long extent : shape) {
      n *= extent;
    }
    return Math.toIntExact(n);
  }

  private static byte[] random(Random random, int n) {
    byte[] bytes = new byte[n];
    random.nextBytes(bytes);
    for (int i = 0; i < n; i++) {
      bytes[i] = (byte) (bytes[i] & 0xbb); // no NaN, no infinity
    }
    return bytes;
  }

  static Sample fp8(
      ElementType type,
      String end,
      long[] shape,
      long[] scaleShape,
      int blockRows,
      int blockColumns) {
    Random random = new Random(shape.length);
    byte[] codes = random(random, size(shape));
    float[] scales = Sample.scales(random, size(scaleShape));
    float[] code = Numbers.codes(type);
    int rank = shape.length;
    float[] expected = new float[codes.length];
    for (int at = 0; at < codes.length; at++) {
      long left = at;
      long index = 0;
      long stride = 1;
      for (int d = rank - 1; d >= 0; d--) {
        long x = left % shape[d];
        left /= shape[d];
        if (d < scaleShape.length && scaleShape[d] > 1) {
          int block = rank - d == 1 ? blockColumns : rank - d == 2 ? blockRows : 0;
          index += (block > 0 ? x / block : x) * stride;
          stride *= scaleShape[d];
        }
      }
      expected[at] = code[codes[at] & 0xff] * scales[(int) index];
    }
    String block =
        blockRows == 0 ? "" : ",\"weight_block_size\":[%d,%d]".formatted(blockRows, blockColumns);
    return new Sample(
        "FP8 %s %s, scales %s".formatted(end, Arrays.toString(shape), Arrays.toString(scaleShape)),
        new Made()
            .bytes("layer.weight", type, shape, codes)
            .floats("layer." + end, scaleShape, scales)
            .floats("layer.input_scale", shape(1), 3)
            .floats("layer.activation_scale", shape(1), 3),
        "{\"quant_method\":\"fp8\"" + block + "}",
        "layer.weight",
        shape,
        expected,
        Set.of("layer.input_scale", "layer.activation_scale"));
  }

  static Sample integers(
      int bits, boolean dense, int o, int i, int size, boolean zero, boolean order) {
    Random random = new Random(bits);
    Packing packing = new Packing(bits, dense);
    int groups = size < 0 ? 1 : (i + size - 1) / size;
    int width = Sample.words(i, packing);
    int[] q = Sample.codes(random, o * i, 1 << bits);
    int[] z = Sample.codes(random, o * groups, 1 << bits);
    float[] scales = Sample.scales(random, o * groups);
    int[] weight = new int[o * width];
    int[] zeros = new int[Sample.words(o, packing) * groups];
    int[] group = new int[i];
    for (int k = 0; k < i; k++) {
      group[k] = order ? random.nextInt(groups) : size < 0 ? 0 : k / size;
    }
    float[] expected = new float[o * i];
    for (int r = 0; r < o; r++) {
      for (int k = 0; k < i; k++) {
        Sample.put(weight, r * width, 1, packing, k, q[r * i + k]);
        int g = r * groups + group[k];
        expected[r * i + k] = scales[g] * (q[r * i + k] - (zero ? z[g] : 1 << bits - 1));
      }
      for (int g = 0; g < groups; g++) {
        Sample.put(zeros, g, groups, packing, r, z[r * groups + g]);
      }
    }
    Made made =
        new Made()
            .longs("layer.weight_shape", shape(2), o, i)
            .ints("layer.weight_packed", shape(o, width), weight)
            .halves("layer.weight_scale", shape(o, groups), scales);
    if (zero) {
      made.ints("layer.weight_zero_point", shape(zeros.length / groups, groups), zeros);
    }
    if (order) {
      made.ints("layer.weight_g_idx", shape(i), group);
    }
    return new Sample(
        "pack-quantized of %d bits, %s".formatted(bits, dense ? "dense" : "older")
            + (zero ? ", zeros" : ""),
        made,
        group("pack-quantized", "\"num_bits\":%d,\"group_size\":%d".formatted(bits, size)),
        "layer.weight",
        shape(o, i),
        expected,
        Set.of("layer.weight_zero_point", "layer.weight_g_idx"));
  }

  private static String group(String format, String weights) {
    return ("{\"quant_method\":\"compressed-tensors\",\"format\":\"%s\",\"config_groups\":"
            + "{\"group_0\":{\"targets\":[\"Linear\"],\"weights\":{%s}}}}")
        .formatted(format, weights);
  }

  static Sample int8() {
    Random random = new Random(8);
    byte[] codes = new byte[5 * 7];
    random.nextBytes(codes);
    byte[] zeros = new byte[5 * 3];
    random.nextBytes(zeros);
    float[] scales = Sample.scales(random, 15);
    float[] expected = new float[35];
    for (int at = 0; at < 35; at++) {
      int g = at / 7 * 3 + at % 7 / 3;
      expected[at] = scales[g] * (codes[at] - zeros[g]);
    }
    return new Sample(
        "int-quantized",
        new Made()
            .bytes("layer.weight", ElementType.I8, shape(5, 7), codes)
            .halves("layer.weight_scale", shape(5, 3), scales)
            .bytes("layer.weight_zero_point", ElementType.I8, shape(5, 3), zeros),
        group("int-quantized", "\"num_bits\":8,\"group_size\":3"),
        "layer.weight",
        shape(5, 7),
        expected,
        Set.of("layer.weight_zero_point"));
  }

  static Sample nvfp4(boolean compressed) {
    Random random = new Random(4);
    int o = 3;
    int i = 40; // the last group is half a one
    byte[] codes = new byte[o * i / 2];
    random.nextBytes(codes);
    byte[] scales = random(random, o * 3);
    float[] value = Numbers.codes(ElementType.F8_E4M3);
    float global = compressed ? 3215.5f : 0.0123f;
    float[] expected = new float[o * i];
    for (int at = 0; at < expected.length; at++) {
      float product =
          E2M1[codes[at / 2] >> 4 * (at % 2) & 15] * value[scales[at / i * 3 + at % i / 16] & 0xff];
      expected[at] = compressed ? brief(product / global) : product * global;
    }
    Made made = new Made();
    made.bytes(
        compressed ? "layer.weight_packed" : "layer.weight",
        ElementType.U8,
        shape(o, i / 2),
        codes);
    made.bytes("layer.weight_scale", ElementType.F8_E4M3, shape(o, 3), scales);
    made.floats(compressed ? "layer.weight_global_scale" : "layer.weight_scale_2", shape(), global);
    return new Sample(
        compressed ? "nvfp4-pack-quantized" : "NVFP4 of Model Optimizer",
        made,
        compressed
            ? group("nvfp4-pack-quantized", "\"num_bits\":4,\"group_size\":16")
            : "{\"quantization\":{\"quant_algo\":\"NVFP4\",\"exclude_modules\":[\"lm_head\"]}}",
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  /** To the nearest BF16, by trying its neighbours. */
  private static float brief(float x) {
    float low = Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xffff0000);
    float high = Float.intBitsToFloat((Float.floatToRawIntBits(x) & 0xffff0000) + 0x10000);
    return Math.abs(x - low) < Math.abs(high - x) ? low : high;
  }

  static Sample mxfp4(String name, long[] shape) {
    Random random = new Random(4);
    int n = size(shape);
    byte[] codes = new byte[n / 2];
    random.nextBytes(codes);
    byte[] scales = new byte[n / 32];
    float[] expected = new float[n];
    for (int b = 0; b < scales.length; b++) {
      scales[b] = (byte) (b == 0 ? 0 : 120 + b);
    }
    for (int at = 0; at < n; at++) {
      expected[at] =
          Math.scalb(E2M1[codes[at / 2] >> 4 * (at % 2) & 15], (scales[at / 32] & 0xff) - 127);
    }
    boolean compressed = name.endsWith("weight");
    Made made = new Made();
    int rank = shape.length;
    long[] blocks = shape.clone();
    blocks[rank - 1] /= 32;
    if (compressed) {
      made.bytes(name + "_packed", ElementType.U8, shape(shape[0], shape[1] / 2), codes);
      made.bytes(name + "_scale", ElementType.U8, blocks, scales);
    } else {
      made.bytes(name + "_blocks", ElementType.U8, shape(shape[0], shape[1], blocks[2], 16), codes);
      made.bytes(name + "_scales", ElementType.U8, blocks, scales);
    }
    return new Sample(
        compressed ? "mxfp4-pack-quantized" : "MXFP4",
        made,
        compressed
            ? group("mxfp4-pack-quantized", "\"num_bits\":4")
            : "{\"quant_method\":\"mxfp4\"}",
        name,
        shape,
        expected,
        none());
  }

  static Sample bnb(boolean nested, String type, ElementType storage) {
    Random random = new Random(9);
    int o = 5;
    int i = 13;
    int block = 8;
    int blocks = 9; // of 65 elements
    byte[] codes = new byte[storage == ElementType.U8 ? 33 : 34];
    random.nextBytes(codes);
    float[] map = Sample.scales(random, 16);
    float[] most = Sample.scales(random, blocks);
    byte[] mostCodes = random(random, blocks);
    float[] nestedMap = Sample.scales(random, 256);
    float[] nestedMost = Sample.scales(random, 3);
    float[] expected = new float[o * i];
    for (int at = 0; at < expected.length; at++) {
      int b = at / block;
      float scale =
          nested ? nestedMap[mostCodes[b] & 0xff] * nestedMost[b / 4] + 0.17373982f : most[b];
      expected[at] = map[(at % 2 == 0 ? codes[at / 2] >> 4 : codes[at / 2]) & 15] * scale;
    }
    String state =
        "{\"quant_type\":\"%s\",\"blocksize\":8,\"dtype\":\"bfloat16\",\"shape\":[5,13]"
            .formatted(type);
    if (nested) {
      state +=
          ",\"nested_blocksize\":4,\"nested_dtype\":\"float32\",\"nested_offset\":0.17373982071876526";
    }
    Made made =
        new Made()
            .bytes("layer.weight", storage, shape(codes.length / storage.bytes(1), 1), codes)
            .floats("layer.weight.quant_map", shape(16), map)
            .text("layer.weight.quant_state.bitsandbytes__" + type, state + "}");
    if (nested) {
      made.bytes("layer.weight.absmax", ElementType.U8, shape(blocks), mostCodes)
          .floats("layer.weight.nested_absmax", shape(3), nestedMost)
          .floats("layer.weight.nested_quant_map", shape(256), nestedMap);
    } else {
      made.floats("layer.weight.absmax", shape(blocks), most);
    }
    return new Sample(
        "bitsandbytes " + type + (nested ? ", nested" : "") + " in " + storage,
        made,
        "{\"quant_method\":\"bitsandbytes\",\"load_in_4bit\":true}",
        "layer.weight",
        shape(o, i),
        expected,
        none());
  }

  static Sample bnbBytes() {
    Random random = new Random(3);
    byte[] codes = new byte[15];
    random.nextBytes(codes);
    float[] most = Sample.scales(random, 3);
    float[] expected = new float[15];
    for (int at = 0; at < 15; at++) {
      float product = codes[at] * most[at / 5];
      expected[at] = product * 0.007874015718698502f;
    }
    return new Sample(
        "bitsandbytes of 8 bits",
        new Made()
            .bytes("layer.weight", ElementType.I8, shape(3, 5), codes)
            .floats("layer.SCB", shape(3), most)
            .bytes("layer.weight_format", ElementType.U8, shape(), (byte) 0),
        "{\"quant_method\":\"bitsandbytes\",\"load_in_8bit\":true}",
        "layer.weight",
        shape(3, 5),
        expected,
        Set.of("layer.weight_format"));
  }

  static Sample hqq(int bits, int axis) {
    Random random = new Random(bits);
    int o = 7;
    int i = 48;
    int group = 16;
    int rows = axis == 1 ? o * i / group : group; // 21 by 16, or 16 by 21
    if (axis == 1 && bits != 3 && bits != 8) {
      o = 8; // 24 rows, which can be cut into equal parts
      rows = 24;
    }
    int columns = o * i / rows;
    int parts = bits == 3 ? 10 : 8 / bits;
    int packed = (rows + parts - 1) / parts;
    int[] q = Sample.codes(random, o * i, 1 << bits);
    float[] scale = Sample.scales(random, axis == 1 ? rows : columns);
    float[] zero = Sample.scales(random, scale.length);
    int[] words = new int[packed * columns];
    float[] expected = new float[o * i];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int shift = bits == 3 ? 27 - 3 * (r / packed) : 8 - bits * (r / packed + 1);
        words[r % packed * columns + c] |= q[r * columns + c] << shift;
        int s = axis == 1 ? r : c;
        expected[r * columns + c] = (q[r * columns + c] - zero[s]) * scale[s];
      }
    }
    Made made = new Made();
    if (bits == 3) {
      made.ints("layer.W_q", shape(packed, columns), words);
    } else {
      byte[] bytes = new byte[words.length];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) words[k];
      }
      made.bytes("layer.W_q", ElementType.U8, shape(packed, columns), bytes);
    }
    long[] scaling = axis == 1 ? shape(rows, 1) : shape(1, columns);
    made.halves("layer.scale", scaling, scale)
        .halves("layer.zero", scaling, zero)
        .longs("layer.shape", shape(2), o, i)
        .ints("layer.nbits", shape(), bits)
        .ints("layer.axis", shape(), axis)
        .ints("layer.group_size", shape(), group)
        .text("layer.packing", bits + "bit_u8")
        .bytes("layer.quant_zero", ElementType.U8, shape(), (byte) 0);
    return new Sample(
        "HQQ of %d bits, axis %d".formatted(bits, axis),
        made,
        "{\"quant_method\":\"hqq\"}",
        "layer.weight",
        shape(o, i),
        expected,
        Set.of("layer.packing", "layer.quant_zero"));
  }
}
