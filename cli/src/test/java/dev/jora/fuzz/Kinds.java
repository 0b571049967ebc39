package dev.jora.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The table of kinds. */
final class Kinds {
  private Kinds() {}

  /** Every kind by its name. */
  static Map<String, Kind> all(Sources sources) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("model", new ModelKind(sources));
    kinds.put("split", new SplitKind(sources));
    kinds.put("template", new TemplateKind(sources));
    kinds.put("card", new CardKind(sources));
    kinds.put("chat", new ChatFileKind(sources));
    kinds.put("messages", new MessagesKind(sources));
    kinds.put("imatrix", new ImatrixKind(sources));
    kinds.put("base", new BaseKind(sources));
    kinds.put("sequence", new SequenceKind(sources));
    kinds.put("task", new TaskKind(sources));
    kinds.put("safetensors", new SafetensorsKind(sources));
    kinds.put("pickle", new PickleKind(sources));
    kinds.put("tokenizer-json", new TokenizerKind(sources, "tokenizer.json"));
    kinds.put("tokenizer-model", new TokenizerKind(sources, "tokenizer.model"));
    kinds.put("options", new OptionsKind());
    return kinds;
  }

  /** Writes the files of a case and gives its command lines; it is the same at any time. */
  static List<List<String>> make(Kind kind, String name, long seed, int number, Path folder)
      throws IOException {
    if (seed != KeptInputs.SEED) {
      return kind.make(random(seed, name, number), folder);
    }
    return kind.commands(KeptInputs.copy(KeptInputs.of(name).get(number), folder), folder);
  }

  /** The source of chance of one case. */
  private static Random random(long seed, String kind, int number) {
    return new Random((seed * 1_000_003 + number) * 31 + kind.hashCode());
  }
}
