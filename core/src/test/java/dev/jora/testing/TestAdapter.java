package dev.jora.testing;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.quant.BlockFormats;
import dev.jora.quant.TensorValues;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

/** LoRA adapters of random numbers, as files, and models that they are merged into. */
public final class TestAdapter {
  private static final Pattern ADAPTED =
      Pattern.compile(
          "(blk\\.\\d+\\.((attn_(q|k|v|qkv|output|gate|q_a|q_b|kv_a_mqa|k_b|v_b)"
              + "|ffn_(gate|up|down)(_exps|_shexp)?|ffn_gate_up_exps|ffn_gate_inp"
              + "|ssm_(in|x|dt|out|ba|alpha|beta)|shortconv\\.(in|out)_proj|inp_gate|proj)\\.weight))"
              + "|output\\.weight|token_embd\\.weight|per_layer_(token_embd|model_proj)\\.weight");

  private final GgufFile model;
  private final float alpha;
  private final Map<String, Values> tensors = new LinkedHashMap<>();
  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();

  private record Values(Shape shape, float[] values) {}

  /** An adapter of nothing yet. */
  public TestAdapter(GgufFile model, float alpha) {
    this.model = model;
    this.alpha = alpha;
    metadata.put("general.type", new GgufValue.Str("adapter"));
    metadata.put("general.architecture", model.metadata().get("general.architecture").get());
    metadata.put("adapter.type", new GgufValue.Str("lora"));
    metadata.put("adapter.lora.alpha", new GgufValue.F32(alpha));
  }

  /** Adapters of all matrices of a model, of a rank each. */
  public static TestAdapter ofAll(GgufFile file, float alpha, int seed) {
    Random random = new Random(seed);
    TestAdapter adapter = new TestAdapter(file, alpha);
    int i = seed;
    for (Tensor tensor : file.tensors().values()) {
      if (ADAPTED.matcher(tensor.name()).matches() && tensor.shape().dims() > 1) {
        adapter.add(tensor.name(), 1 + i++ % 5, random);
      }
    }
    if (!file.tensors().containsKey("output.weight")) {
      adapter.addTied(3, random);
    }
    return adapter;
  }

  /** The keys, to be changed. */
  public Map<String, GgufValue> metadata() {
    return metadata;
  }

  /** Adds a pair that changes a tensor by about half of what its values are. */
  public TestAdapter add(String name, int rank, Random random) {
    return add(name, name, rank, random);
  }

  /** Likewise for rows of a tensor, by the name of a part: as many as {@code rows}. */
  public TestAdapter addPart(String part, String of, long rows, int rank, Random random) {
    Tensor weight = model.tensor(of);
    pair(part, weight.shape().ne0(), rows, 1, size(weight, rank), rank, random);
    return this;
  }

  private TestAdapter add(String as, String name, int rank, Random random) {
    Tensor weight = model.tensor(name);
    Shape s = weight.shape();
    if (isTable(as)) {
      put(as + ".lora_a", Shape.of(rank, s.ne1()), 1, random);
      put(as + ".lora_b", Shape.of(rank, s.ne0()), size(weight, rank), random);
    } else {
      pair(as, s.ne0(), s.ne1(), s.ne2(), size(weight, rank), rank, random);
    }
    return this;
  }

  /** For the output of a model that has none of its own. */
  public TestAdapter addTied(int rank, Random random) {
    return add("output.weight", "token_embd.weight", rank, random);
  }

  private void pair(
      String name, long in, long out, long count, double size, int rank, Random random) {
    boolean one = count == 1;
    put(name + ".lora_a", one ? Shape.of(in, rank) : Shape.of(in, rank, count), 1, random);
    put(name + ".lora_b", one ? Shape.of(rank, out) : Shape.of(rank, out, count), size, random);
  }

  private static boolean isTable(String name) {
    return name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight");
  }

  private double size(Tensor weight, int rank) {
    double sum = 0;
    for (float value : TensorValues.of(weight)) {
      sum += value * value;
    }
    double scale = alpha == 0 ? 1 : alpha / rank;
    return 0.5 * Math.sqrt(sum / weight.shape().elements()) / scale / Math.sqrt(rank);
  }

  /** Puts a tensor of such a size. */
  public void put(String name, Shape shape, double size, Random random) {
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (size * random.nextGaussian());
    }
    tensors.put(name, new Values(shape, values));
  }

  /** Takes a tensor away. */
  public void remove(String name) {
    tensors.remove(name);
  }

  /** A value. */
  public float get(String name, int i) {
    return tensors.get(name).values()[i];
  }

  /** Changes a value. */
  public void set(String name, int i, float value) {
    tensors.get(name).values()[i] = value;
  }

  /** Writes it, in such a type. */
  public Path write(Path file, GgmlType type) {
    List<TensorInfo> infos = new ArrayList<>();
    List<MemorySegment> data = new ArrayList<>();
    tensors.forEach(
        (name, t) -> {
          infos.add(new TensorInfo(name, type, t.shape(), 0));
          data.add(
              switch (type) {
                case F32 -> MemorySegment.ofArray(t.values());
                case F16 -> halves(t.values());
                default -> blocks(t.values(), type);
              });
        });
    return write(file, metadata, infos, data);
  }

  /** As F16, and what is lost of the values is lost here too. */
  private static MemorySegment halves(float[] values) {
    short[] halves = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      halves[i] = Float.floatToFloat16(values[i]);
      values[i] = Float.float16ToFloat(halves[i]);
    }
    return MemorySegment.ofArray(halves);
  }

  /** As blocks; rows must divide into them. */
  private static MemorySegment blocks(float[] values, GgmlType type) {
    MemorySegment data = Arena.ofAuto().allocate(type.rowBytes(values.length));
    BlockFormats.findEncoder(type).orElseThrow().quantize(values, 0, data, 0, values.length);
    BlockFormats.of(type).dequantize(data, 0, values, 0, values.length);
    return data;
  }

  /** Writes the model with adapters merged into it, each so many times. */
  public static Path merge(
      GgufFile model, Path file, List<TestAdapter> adapters, List<Float> scales) {
    List<TensorInfo> infos = new ArrayList<>();
    List<MemorySegment> data = new ArrayList<>();
    Map<String, Tensor> all = new LinkedHashMap<>(model.tensors());
    boolean tied =
        !all.containsKey("output.weight")
            && adapters.stream()
                .anyMatch(
                    a ->
                        a.tensors.containsKey("output.weight.lora_a")
                            || a.tensors.containsKey("token_embd.weight.lora_a"));
    if (tied) { // what adapts one of the two leaves the other as it is
      all.put("output.weight", all.get("token_embd.weight"));
    }
    all.forEach(
        (name, t) -> {
          float[] sum = null;
          for (int i = 0; i < adapters.size(); i++) {
            TestAdapter adapter = adapters.get(i);
            if (adapter.isOfAll(name, t.shape())) {
              sum = sum == null ? TensorValues.of(t) : sum;
              adapter.merge(name, t.shape(), 0, scales.get(i), sum);
            }
            for (Map.Entry<String, Long> part : parts(name, t, model).entrySet()) {
              if (adapter.tensors.containsKey(part.getKey() + ".lora_a")
                  && !adapter.isOfAll(part.getKey(), t.shape())) {
                sum = sum == null ? TensorValues.of(t) : sum;
                adapter.merge(part.getKey(), t.shape(), part.getValue(), scales.get(i), sum);
              }
            }
          }
          GgmlType type = sum == null ? t.type() : GgmlType.F32;
          infos.add(new TensorInfo(name, type, t.shape(), 0));
          data.add(sum == null ? t.data() : MemorySegment.ofArray(sum));
        });
    return write(file, model.metadata().values(), infos, data);
  }

  /** True if it has a pair for all rows of a tensor. */
  private boolean isOfAll(String name, Shape shape) {
    Values b = tensors.get(name + ".lora_b");
    return b != null && (isTable(name) || b.shape().ne1() == shape.ne1());
  }

  /** Names of parts of a fused tensor, and their first rows; heads are all as large. */
  private static Map<String, Long> parts(String name, Tensor t, GgufFile model) {
    if (name.endsWith("ffn_up.weight")) { // alone, or behind what is the gate's
      long rows = t.shape().ne1() / 2;
      boolean fused = !model.tensors().containsKey(name.replace("ffn_up", "ffn_gate"));
      return fused ? Map.of(name.replace("ffn_up", "ffn_gate"), 0L, name, rows) : Map.of();
    }
    String layer = name.replace("attn_qkv.weight", "");
    if (layer.equals(name) || !model.tensors().containsKey(layer + "attn_output.weight")) {
      return Map.of();
    }
    long q = model.tensor(layer + "attn_output.weight").shape().ne0();
    long k = (t.shape().ne1() - q) / 2;
    return Map.of(
        layer + "attn_q.weight", 0L, layer + "attn_k.weight", q, layer + "attn_v.weight", q + k);
  }

  /** Adds scale · B · A to rows of a tensor, from one on. */
  private void merge(String name, Shape s, long first, float user, float[] sum) {
    Values a = tensors.get(name + ".lora_a");
    Values b = tensors.get(name + ".lora_b");
    int rank = (int) b.shape().ne0();
    int in = (int) s.ne0();
    int rows = (int) (isTable(name) ? s.ne1() : b.shape().ne1());
    double scale = alpha == 0 ? user : user * alpha / rank;
    for (int e = 0; e < s.ne2(); e++) {
      for (int o = 0; o < rows; o++) {
        for (int i = 0; i < in; i++) {
          double added = 0;
          for (int r = 0; r < rank; r++) {
            added +=
                isTable(name)
                    ? (double) b.values()[i * rank + r] * a.values()[o * rank + r]
                    : (double) b.values()[(e * rows + o) * rank + r]
                        * a.values()[(e * rank + r) * in + i];
          }
          sum[(int) ((e * s.ne1() + first + o) * in + i)] += (float) (scale * added);
        }
      }
    }
  }

  private static Path write(
      Path file, Map<String, GgufValue> keys, List<TensorInfo> infos, List<MemorySegment> data) {
    try (GgufWriter out = GgufWriter.create(file, keys, infos)) {
      for (MemorySegment each : data) {
        out.append(bytes(each));
      }
      out.finish();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemorySegment bytes(MemorySegment any) {
    return any.isNative() ? any : MemorySegment.ofArray(any.toArray(ValueLayout.JAVA_BYTE));
  }
}
