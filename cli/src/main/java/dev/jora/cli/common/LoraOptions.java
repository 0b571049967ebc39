package dev.jora.cli.common;

import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.adapter.ScaledFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Option;

/** What is added to a model while it runs: LoRA adapters and control vectors. */
public final class LoraOptions {
  private final List<ScaledFile> adapters = new ArrayList<>();
  private final List<ScaledFile> vectors = new ArrayList<>();

  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      description =
          "A LoRA adapter, GGUF or a folder of PEFT's, and how much of it (default: 1); repeatable,"
              + " or a list.")
  void adapter(String text) {
    AdapterWords.add("--lora", text, false, adapters);
  }

  @Option(
      names = "--lora-scaled",
      paramLabel = "FILE:SCALE",
      description = "Likewise; FILE SCALE is the same.")
  void scaledAdapter(String text) {
    AdapterWords.add("--lora-scaled", text, true, adapters);
  }

  @Option(names = "--lora-init-without-apply", description = "Load adapters with a scale of 0.")
  boolean unapplied;

  @Option(
      names = "--control-vector",
      paramLabel = "FILE[:SCALE]",
      description = "A control vector, and how much of it (default: 1); repeatable, or a list.")
  void vector(String text) {
    AdapterWords.add("--control-vector", text, false, vectors);
  }

  @Option(
      names = "--control-vector-scaled",
      paramLabel = "FILE:SCALE",
      description = "Likewise; FILE SCALE is the same.")
  void scaledVector(String text) {
    AdapterWords.add("--control-vector-scaled", text, true, vectors);
  }

  @Option(
      names = "--control-vector-layer-range",
      paramLabel = "START END",
      description = "Layers that control vectors are added behind (default: 1 to the last).")
  String range;

  /** All of it, for a model. */
  public Adaptation.Wanted wanted(ModelOptions model, CommonOptions common) {
    boolean folders = adapters.stream().anyMatch(each -> Files.isDirectory(each.file()));
    return wanted(folders ? model.source() : null, common);
  }

  /**
   * All of it; adapters that are folders are converted if need be.
   *
   * @param model its file, or its folder
   */
  public Adaptation.Wanted wanted(Path model, CommonOptions common) {
    int[] layers = range == null ? new int[2] : layers();
    List<ScaledFile> loaded =
        adapters.stream()
            .map(
                each ->
                    new ScaledFile(
                        ConvertedAdapter.file(each.file(), model, common),
                        unapplied ? 0 : each.scale()))
            .toList();
    return new Adaptation.Wanted(loaded, new ControlVector.Wanted(vectors, layers[0], layers[1]));
  }

  private int[] layers() {
    try {
      int[] layers = Arrays.stream(range.split(",", -1)).mapToInt(Integer::parseInt).toArray();
      if (layers.length == 2 && layers[0] >= 1 && layers[1] >= layers[0]) {
        return layers;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw UserException.usage(
        "--control-vector-layer-range takes two layers, from 1 on and the first not behind the"
            + " last, as 1 20, not "
            + Text.quoted(range.replace(',', ' ')));
  }
}
