package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ContextOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.ModelOptions;
import dev.jora.cli.common.Output;
import dev.jora.cli.common.Text;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.UserException;
import dev.jora.engine.GpuFit;
import dev.jora.gguf.GgufException;
import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufSummary;
import dev.jora.gguf.GgufType;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.TensorInfo;
import dev.jora.model.DecoderOptions;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Pooling;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora info}: what a model file holds, without running it. */
@Command(
    name = "info",
    description = {
      "Shows what a GGUF file holds and what memory it takes.",
      "Metadata, tensors by type, parameters, bits per weight, and the memory it takes to run at a"
          + " given context (-c), and how much of it fits on a GPU. Reads the header only."
    },
    customSynopsis = "jora info [OPTIONS] [FILE]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  jora info model.gguf",
      "  jora info model.gguf -c 8192",
      "  jora info model.gguf --gpu-memory 8G,24G",
      "  jora info --tensors model.gguf"
    })
final class InfoCommand implements Callable<Integer> {
  /** Elements of an array that are shown. */
  private static final int SHOWN = 5;

  private static final int LONGEST = 100;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "The file; of a split model the first part (default: the one of jora).")
  Path file;

  @Option(names = "--tensors", description = "List every tensor.")
  boolean tensors;

  @Option(names = "--json", description = "One JSON object: metadata, types, tensors, memory.")
  boolean json;

  @Mixin ModelOptions model;
  @Mixin ContextOptions context;
  @Mixin InfoGpus gpus;
  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    if (file != null && common.has("-m")) {
      throw UserException.usage("the file is given twice: '" + file + "' and -m");
    }
    Path path = file != null ? ModelOptions.file(file, common) : model.path();
    try (GgufFile gguf = GgufFile.open(path)) {
      GgufSummary summary = GgufSummary.of(gguf);
      Memory memory = memory(gguf);
      Output out = Output.standard();
      if (json) {
        Json.printPretty(out, json(path, gguf, summary, memory));
      } else {
        print(out, path, gguf, summary, memory);
      }
      out.flush();
    }
    return ExitCode.OK;
  }

  /**
   * What running takes.
   *
   * @param model null where jora cannot run the file, {@code why} says the reason
   * @param plan null likewise
   * @param gpus what fits on GPUs; empty likewise, or where there are none
   */
  private record Memory(Model model, MemoryPlan plan, List<GpuFit> gpus, int context, String why) {
    /** True for a model of which more is to be said than that it writes. */
    boolean embeds() {
      return model != null
          && (!model.writes() || model.spec().embedding().pooling() != null || scores());
    }

    boolean scores() {
      return model.head().scores();
    }

    /** How tokens become one vector, as the file says it; or null. */
    String pooling() {
      Pooling pooling = model.spec().embedding().pooling();
      return pooling == null ? null : pooling.name().toLowerCase(Locale.ROOT);
    }

    List<String> labels() {
      return model.spec().embedding().labels();
    }
  }

  private Memory memory(GgufFile gguf) {
    try {
      Model m = Model.of(gguf);
      int size = context.contextSize() > 0 ? context.contextSize() : m.contextLength();
      DecoderOptions options =
          new DecoderOptions(
              size, context.pass(), context.keyType(), context.valueType(), context.rope());
      return new Memory(m, MemoryPlan.of(m, options), gpus.fits(m, options), size, null);
    } catch (GgufException e) {
      return new Memory(null, null, List.of(), 0, e.getMessage());
    }
  }

  private void print(Output out, Path path, GgufFile gguf, GgufSummary s, Memory memory) {
    out.println(
        "file          "
            + Text.plain(path.toString())
            + (s.shards() > 1 ? ", " + s.shards() + " parts" : ""));
    out.println("format        GGUF version " + s.version() + ", " + Units.bytes(s.fileBytes()));
    if (!s.architecture().isEmpty()) {
      out.println("architecture  " + Text.plain(s.architecture()));
    }
    if (!s.name().isEmpty()) {
      out.println("name          " + Text.plain(s.name()));
    }
    if (memory.embeds()) {
      out.println("embeddings    " + embeddings(memory));
    }
    out.printf(
        "parameters    %s (%d), %.2f bits per weight%n",
        Units.count(s.parameters()), s.parameters(), s.bitsPerWeight());
    if (memory.plan() != null) {
      MemoryPlan p = memory.plan();
      out.println(
          "memory        model %s + KV cache %s (%d tokens) + compute %s = %s"
              .formatted(
                  Units.bytes(p.weights()),
                  Units.bytes(p.cache()),
                  memory.context(),
                  Units.bytes(p.compute()),
                  Units.bytes(p.total())));
      memory.gpus().forEach(fit -> out.println("gpu           " + gpus.line(fit)));
    } else {
      out.println("memory        unknown: jora cannot run this file: " + Text.plain(memory.why()));
    }
    out.println("\ntensors");
    out.printf("  %-8s %7s %12s %12s %7s%n", "type", "tensors", "parameters", "size", "bpw");
    for (GgufSummary.TypeShare t : s.types()) {
      out.printf(
          "  %-8s %7d %12s %12s %7.4f%n",
          t.type(),
          t.tensors(),
          Units.count(t.parameters()),
          Units.bytes(t.bytes()),
          t.type().bitsPerWeight());
    }
    if (tensors) {
      out.println("");
      for (TensorInfo info : gguf.infos()) {
        out.printf(
            "  %-44s %-8s %-28s %12s%n",
            Text.plain(info.name()), info.type(), info.shape(), Units.bytes(info.bytes()));
      }
    }
    out.println("\nmetadata");
    gguf.metadata()
        .values()
        .forEach((key, value) -> out.println("  " + Text.plain(key) + " = " + show(value)));
  }

  /** {@code encoder, pooling rank, reranker with labels a, b}. */
  private static String embeddings(Memory memory) {
    List<String> words = new ArrayList<>();
    if (!memory.model().writes()) {
      words.add("encoder");
    }
    if (memory.pooling() != null) {
      words.add("pooling " + memory.pooling());
    }
    if (memory.scores()) {
      List<String> labels = memory.labels().stream().map(Text::plain).toList();
      String more = labels.size() > SHOWN ? ", ... (" + labels.size() + ")" : "";
      String shown = String.join(", ", labels.subList(0, Math.min(SHOWN, labels.size())));
      words.add("reranker" + (labels.isEmpty() ? "" : " with labels " + shown + more));
    }
    return String.join(", ", words);
  }

  static String show(GgufValue value) {
    if (!(value instanceof GgufValue.Arr array)) {
      String text = Text.plain(value.toString());
      return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, array.size()); i++) {
      shown.add(element(array, i));
    }
    String more = array.size() > SHOWN ? ", ..." : "";
    return "[" + String.join(", ", shown) + more + "] (" + array.size() + ")";
  }

  private static String element(GgufValue.Arr array, int i) {
    return switch (array) {
      case GgufValue.Ints a -> Long.toString(a.values()[i]);
      case GgufValue.F32s a -> Float.toString(a.values()[i]);
      case GgufValue.F64s a -> Double.toString(a.values()[i]);
      case GgufValue.Bools a -> Boolean.toString(a.values()[i]);
      case GgufValue.Strs a -> Text.quoted(a.values().get(i));
      case GgufValue.Arrs a -> show(a.values().get(i));
    };
  }

  private ObjectNode json(Path path, GgufFile gguf, GgufSummary s, Memory memory) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", path.toString());
    root.put("version", s.version());
    root.put("shards", s.shards());
    root.put("file_bytes", s.fileBytes());
    root.put("architecture", s.architecture());
    root.put("name", s.name());
    root.put("parameters", s.parameters());
    root.put("tensor_bytes", s.tensorBytes());
    root.put("bits_per_weight", s.bitsPerWeight());
    if (memory.plan() != null) {
      ObjectNode node = root.putObject("memory");
      node.put("context", memory.context());
      node.put("model_bytes", memory.plan().weights());
      node.put("kv_cache_bytes", memory.plan().cache());
      node.put("compute_bytes", memory.plan().compute());
      node.put("total_bytes", memory.plan().total());
      gpus.json(node, memory.gpus());
    } else {
      root.put("cannot_run", memory.why());
    }
    if (memory.embeds()) {
      ObjectNode node = root.putObject("embeddings");
      node.put("encoder", !memory.model().writes());
      node.put("pooling", memory.pooling());
      node.put("reranker", memory.scores());
      ArrayNode labels = node.putArray("labels");
      memory.labels().forEach(labels::add);
    }
    ArrayNode types = root.putArray("types");
    for (GgufSummary.TypeShare t : s.types()) {
      types
          .addObject()
          .put("type", t.type().name())
          .put("tensors", t.tensors())
          .put("parameters", t.parameters())
          .put("bytes", t.bytes())
          .put("bits_per_weight", t.type().bitsPerWeight());
    }
    ArrayNode list = root.putArray("tensors");
    for (TensorInfo info : gguf.infos()) {
      ObjectNode node = list.addObject();
      node.put("name", info.name()).put("type", info.type().name());
      ArrayNode shape = node.putArray("shape");
      for (int i = 0; i < info.shape().dims(); i++) {
        shape.add(info.shape().ne(i));
      }
      node.put("bytes", info.bytes());
    }
    ObjectNode metadata = root.putObject("metadata");
    for (Map.Entry<String, GgufValue> entry : gguf.metadata().values().entrySet()) {
      put(metadata, entry.getKey(), entry.getValue());
    }
    return root;
  }

  static void put(ObjectNode node, String key, GgufValue value) {
    switch (value) {
      case GgufValue.Int v -> {
        if (v.type() == GgufType.UINT64) {
          node.put(key, new BigInteger(Long.toUnsignedString(v.value())));
        } else {
          node.put(key, v.value());
        }
      }
      case GgufValue.F32 v -> node.put(key, v.value());
      case GgufValue.F64 v -> node.put(key, v.value());
      case GgufValue.Bool v -> node.put(key, v.value());
      case GgufValue.Str v -> node.put(key, v.value());
      case GgufValue.Arr a -> add(node.putArray(key), a);
    }
  }

  private static void add(ArrayNode array, GgufValue.Arr values) {
    for (int i = 0; i < values.size(); i++) {
      switch (values) {
        case GgufValue.Ints v -> array.add(v.values()[i]);
        case GgufValue.F32s v -> array.add(v.values()[i]);
        case GgufValue.F64s v -> array.add(v.values()[i]);
        case GgufValue.Bools v -> array.add(v.values()[i]);
        case GgufValue.Strs v -> array.add(v.values().get(i));
        case GgufValue.Arrs v -> add(array.addArray(), v.values().get(i));
      }
    }
  }
}
