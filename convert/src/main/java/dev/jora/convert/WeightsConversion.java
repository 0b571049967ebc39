package dev.jora.convert;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.convert.packed.PackedFormats;
import dev.jora.convert.source.Checkpoints;
import dev.jora.convert.source.ElementType;
import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.gguf.Utf8;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import dev.jora.quantize.recipe.Recipe;
import dev.jora.quantize.row.Importance;
import dev.jora.quantize.row.RowQuantizers;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tensors of a file of weights as a GGUF file that is no model, for looking into it: under the
 * names they have, packed ones unpacked, broken numbers as they are.
 */
public final class WeightsConversion implements PlannedFile {
  /** Bytes that a name has at the most. */
  private static final int MAX_NAME = 63;

  private static final int MAX_DIMENSIONS = 4;
  private static final int SHOWN = 3;

  /** Bytes between two questions whether to go on. */
  private static final long SLAB = 16 << 20;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final Pattern ENDING =
      Pattern.compile("(\\.(safetensors|bin|pt|pth|ckpt))?(\\.index\\.json)?$");

  /**
   * What is wanted of a file.
   *
   * @param type what tensors are written as
   * @param names of the tensors that are written, {@code *} for anything; all if empty
   * @param quantization a file that says how weights are packed: a config.json, what it has under
   *     quantization_config, or quantize_config.json and its like; without one tensors tell
   */
  public record Request(OutputType type, List<String> names, Optional<Path> quantization) {
    /** All tensors as they are. */
    public static final Request DEFAULT = new Request(OutputType.AUTO, List.of(), Optional.empty());
  }

  private record Planned(SourceTensor source, TensorInfo written) {}

  private final Path file;
  private final OutputType type;
  private final Weights weights;
  private final List<Planned> tensors;
  private final List<String> notes = new ArrayList<>();

  private WeightsConversion(Path file, OutputType type, Weights weights, List<String> names) {
    this.file = file;
    this.type = type;
    this.weights = weights;
    this.tensors =
        selected(names).stream().map(tensor -> new Planned(tensor, info(tensor))).toList();
    noteTypes();
  }

  /**
   * Opens a file of weights, or an index of several, and plans what becomes of it.
   *
   * @throws SourceException if it cannot be read, or GGUF cannot hold what it has
   */
  public static WeightsConversion of(Path file, Request request) {
    requireMade(request.type());
    JsonNode quantization = request.quantization().map(WeightsConversion::settings).orElse(null);
    Weights packed = Checkpoints.open(file);
    try {
      Weights plain = PackedFormats.unpack(packed, quantization);
      WeightsConversion conversion =
          new WeightsConversion(file, request.type(), plain, request.names());
      if (quantization == null) {
        conversion.noteGuesses(packed);
      }
      return conversion;
    } catch (Throwable t) {
      packed.close();
      throw t;
    }
  }

  /** The file beside a file of weights that says how such are packed. */
  public static Optional<Path> settingsBeside(Path file) {
    return ModelFolder.quantizationFile(file.toAbsolutePath().getParent());
  }

  private static JsonNode settings(Path file) {
    JsonNode json = JsonFiles.read(file);
    if (!json.isObject()) {
      throw new SourceException(
          file
              + ": expected a quantization_config, or a config.json that has one, found no object");
    }
    JsonNode within = PackedFormats.configuration(json);
    return within != null || ModelFolder.isConfig(json) ? within : json;
  }

  private static void requireMade(OutputType type) {
    type.recipe()
        .filter(
            recipe ->
                RowQuantizers.find(recipe.defaultType())
                    .filter(
                        rows ->
                            rows.importance() == Importance.IGNORED
                                || rows.importance() == Importance.USED)
                    .isEmpty())
        .ifPresent(
            recipe -> {
              throw new SourceException(
                  recipe
                      + " is made with an importance matrix, which is measured with a model: take"
                      + " another type for tensors alone");
            });
  }

  private Collection<SourceTensor> selected(List<String> names) {
    SequencedMap<String, SourceTensor> all = weights.tensors();
    if (names.isEmpty()) {
      return all.values();
    }
    SequencedMap<String, SourceTensor> selected = new LinkedHashMap<>();
    List<Pattern> patterns =
        names.stream().map(name -> all.containsKey(name) ? exactly(name) : pattern(name)).toList();
    for (SourceTensor tensor : all.values()) {
      if (patterns.stream().anyMatch(pattern -> pattern.matcher(tensor.name()).matches())) {
        selected.put(tensor.name(), tensor);
      }
    }
    for (int i = 0; i < names.size(); i++) {
      if (selected.keySet().stream().noneMatch(patterns.get(i).asMatchPredicate())) {
        throw new SourceException(
            "%s: no tensor %s; it has %s"
                .formatted(file, names.get(i), some(all.sequencedKeySet())));
      }
    }
    return selected.values();
  }

  private static Pattern exactly(String name) {
    return Pattern.compile(Pattern.quote(name));
  }

  private static Pattern pattern(String name) {
    return Pattern.compile(
        Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }

  private static String some(SequencedCollection<String> names) {
    int more = names.size() - SHOWN;
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : first + (more > 0 ? " and %,d more".formatted(more) : "");
  }

  private TensorInfo info(SourceTensor tensor) {
    String name = tensor.name();
    int bytes = Utf8.encode(name).length;
    if (name.isEmpty() || bytes > MAX_NAME) {
      throw new SourceException(
          "%s: tensor %s: its name has %,d bytes, and one in GGUF has 1 to %d: name those to be written"
                  .formatted(file, name, bytes, MAX_NAME)
              + " without it");
    }
    Shape shape = shape(tensor);
    return new TensorInfo(name, type(tensor, shape), shape, 0);
  }

  private Shape shape(SourceTensor tensor) {
    long[] from = tensor.shape();
    int n = from.length;
    int first = Math.max(0, n - MAX_DIMENSIONS);
    long[] ne = new long[n - first];
    for (int i = 0; i < ne.length; i++) {
      ne[i] = from[n - 1 - i];
    }
    if (first > 0) {
      for (int i = 0; i < first; i++) {
        ne[MAX_DIMENSIONS - 1] = Math.multiplyExact(ne[MAX_DIMENSIONS - 1], from[i]);
      }
      notes.add(
          "tensor %s: of its shape %s the first %d extents become one, as GGUF has %d at the most"
              .formatted(tensor.name(), Arrays.toString(from), first + 1, MAX_DIMENSIONS));
    }
    return Shape.of(ne);
  }

  private GgmlType type(SourceTensor tensor, Shape shape) {
    ElementType own = kept(tensor.type());
    if (type.recipe().isEmpty()) {
      return own.ggml().orElseThrow();
    }
    Recipe recipe = type.recipe().get();
    if (recipe == Recipe.F32) {
      return GgmlType.F32;
    }
    if (isWhole(own)) {
      return own.ggml().orElseThrow();
    }
    return shape.dims() <= 1
        ? GgmlType.F32
        : BlockFormats.fitting(recipe.defaultType(), shape.ne0()).orElse(GgmlType.F16);
  }

  /** The type that a type of elements stays in GGUF, or the least that holds it. */
  private static ElementType kept(ElementType type) {
    return switch (type) {
      case BOOL -> ElementType.I8;
      case U8 -> ElementType.I16;
      case U16 -> ElementType.I32;
      case U32 -> ElementType.I64;
      case U64 -> ElementType.F64;
      case F8_E4M3, F8_E5M2 -> ElementType.F16;
      case F8_E8M0, MXFP4, NVFP4 -> ElementType.F32;
      case I8, I16, I32, I64, F16, BF16, F32, F64 -> type;
    };
  }

  private static boolean isWhole(ElementType kept) {
    return switch (kept) {
      case I8, I16, I32, I64 -> true;
      default -> false;
    };
  }

  /** A line for each type that GGUF does not have, and for whole numbers that floats round. */
  private void noteTypes() {
    Map<String, List<String>> byChange = new LinkedHashMap<>();
    for (Planned planned : tensors) {
      ElementType from = planned.source().type();
      GgmlType to = planned.written().type();
      boolean has = from.ggml().isPresent();
      boolean rounds = isWhole(kept(from)) && from.bytes(1) >= 4 && to == GgmlType.F32;
      if (rounds || from == ElementType.U64) {
        byChange
            .computeIfAbsent(
                "%s becomes %s, which rounds large numbers".formatted(from, to),
                _ -> new ArrayList<>())
            .add(planned.written().name());
      } else if (!has && type.recipe().isEmpty()) {
        byChange
            .computeIfAbsent(
                "%s, which GGUF does not have, becomes %s".formatted(from, to),
                _ -> new ArrayList<>())
            .add(planned.written().name());
      }
    }
    byChange.forEach((change, names) -> notes.add(change + ": " + some(names)));
  }

  /** A line where nobody has said how weights are packed: formats have variants that look alike. */
  private void noteGuesses(Weights packed) {
    List<String> unpacked =
        tensors.stream()
            .filter(planned -> packed.tensors().get(planned.source().name()) != planned.source())
            .map(planned -> planned.written().name())
            .toList();
    if (!unpacked.isEmpty()) {
      notes.add("unpacked as the tensors tell, without a quantization_config: " + some(unpacked));
    }
  }

  @Override
  public Map<String, GgufValue> metadata() {
    Map<String, GgufValue> keys = new LinkedHashMap<>();
    keys.put("general.name", new GgufValue.Str(Utf8.wellFormed(stem())));
    if (tensors.stream().anyMatch(planned -> planned.written().type().blockSize() > 1)) {
      keys.put(
          "general.quantization_version",
          new GgufValue.Int(GgufType.UINT32, Conversion.QUANTIZATION_VERSION));
    }
    return keys;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.stream().map(Planned::written).toList();
  }

  @Override
  public String type() {
    return type.recipe().map(Recipe::name).orElse("types as they were");
  }

  /** The name of the source with another ending. */
  @Override
  public String fileName() {
    return stem() + type.recipe().map(recipe -> "-" + recipe.name()).orElse("") + ".gguf";
  }

  private String stem() {
    String stem = ENDING.matcher(file.toAbsolutePath().getFileName().toString()).replaceFirst("");
    return stem.isEmpty() ? "weights" : stem;
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public List<TensorResult> write(Path output, Quantizer quantizer, QuantizeListener listener)
      throws IOException {
    return PlannedWriter.write(
        this,
        List.of(weights),
        output,
        tensors,
        (planned, arena, writer) -> write(planned, arena, writer, quantizer, listener));
  }

  private TensorResult write(
      Planned planned,
      Arena arena,
      GgufWriter writer,
      Quantizer quantizer,
      QuantizeListener listener)
      throws IOException {
    TensorInfo info = planned.written();
    TensorJob job = new TensorJob(made(planned, arena), info.name(), info.type(), null);
    if (!job.isCopy()) {
      return quantizer.write(job, writer::append, listener);
    }
    listener.begin(job);
    MemorySegment data = job.source().data();
    for (long at = 0; at < data.byteSize(); at += SLAB) {
      if (listener.cancelled()) {
        throw new CancellationException("converting was cancelled");
      }
      MemorySegment slab = data.asSlice(at, Math.min(SLAB, data.byteSize() - at));
      writer.append(slab);
      if (slab.isMapped()) {
        slab.unload(); // a copy of a large tensor stays small
      }
      listener.progress(job, at + slab.byteSize());
    }
    TensorResult result = new TensorResult(job, 0, 0, 0);
    listener.end(result);
    return result;
  }

  /** The tensor in the type that is written where that is one of elements, else in floats. */
  private static Tensor made(Planned planned, Arena arena) {
    SourceTensor source = planned.source();
    TensorInfo info = planned.written();
    ElementType own = source.type();
    Optional<BlockFormat> blocks =
        own.ggml().filter(type -> type.blockSize() > 1).map(BlockFormats::of);
    if (blocks.isPresent()) {
      return new Tensor(
          info.name(), GgmlType.F32, info.shape(), floats(source, blocks.get(), arena));
    }
    ElementType wanted =
        own.ggml().filter(info.type()::equals).isPresent()
            ? own
            : kept(own).ggml().filter(info.type()::equals).isPresent()
                ? kept(own)
                : ElementType.F32;
    return new Tensor(
        info.name(), wanted.ggml().orElseThrow(), info.shape(), Values.as(wanted, source, arena));
  }

  private static MemorySegment floats(SourceTensor source, BlockFormat format, Arena arena) {
    long n = source.elements();
    MemorySegment values = arena.allocate(ElementType.F32.bytes(n), Float.BYTES);
    float[] some = new float[1 << 16]; // whole blocks
    try (Arena own = Arena.ofConfined()) {
      MemorySegment blocks = source.read(own);
      for (long at = 0; at < n; at += some.length) {
        int count = (int) Math.min(some.length, n - at);
        format.dequantize(blocks, format.type().rowBytes(at), some, 0, count);
        MemorySegment.copy(some, 0, values, FLOAT, at * Float.BYTES, count);
      }
    }
    return values;
  }

  @Override
  public void close() {
    weights.close();
  }
}
