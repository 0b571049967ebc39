package dev.jora.cli.common;

import dev.jora.model.adapter.Adaptation;
import dev.jora.model.adapter.ControlVector;
import dev.jora.model.adapter.ScaledFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** What is added to a model while it runs: LoRA adapters and control vectors. */
public final class LoraOptions {
  /** A file and how much of it: the last colon, and a number behind it. */
  private static final Pattern SCALED =
      Pattern.compile("(?s)(.+):([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)");

  private final List<ScaledFile> adapters = new ArrayList<>();
  private final List<ScaledFile> vectors = new ArrayList<>();

  @Option(
      names = "--lora",
      paramLabel = "FILE[:SCALE]",
      description = "A LoRA adapter, and how much of it (default: 1); repeatable, or a list.")
  void adapter(String text) {
    add("--lora", text, false, adapters);
  }

  @Option(
      names = "--lora-scaled",
      paramLabel = "FILE:SCALE",
      description = "Likewise; FILE SCALE is the same.")
  void scaledAdapter(String text) {
    add("--lora-scaled", text, true, adapters);
  }

  @Option(names = "--lora-init-without-apply", description = "Load adapters with a scale of 0.")
  boolean unapplied;

  @Option(
      names = "--control-vector",
      paramLabel = "FILE[:SCALE]",
      description = "A control vector, and how much of it (default: 1); repeatable, or a list.")
  void vector(String text) {
    add("--control-vector", text, false, vectors);
  }

  @Option(
      names = "--control-vector-scaled",
      paramLabel = "FILE:SCALE",
      description = "Likewise; FILE SCALE is the same.")
  void scaledVector(String text) {
    add("--control-vector-scaled", text, true, vectors);
  }

  @Option(
      names = "--control-vector-layer-range",
      paramLabel = "START END",
      description = "Layers that control vectors are added behind (default: 1 to the last).")
  String range;

  private static void add(String option, String text, boolean scaled, List<ScaledFile> files) {
    if (text == null) {
      return;
    }
    for (String part : isFile(text) ? new String[] {text} : text.split(",")) {
      Matcher matcher = SCALED.matcher(part);
      if (matcher.matches() && (scaled || !isFile(part))) {
        float scale = Float.parseFloat(matcher.group(2));
        if (!Float.isFinite(scale)) {
          throw UserException.usage(option + ": " + Text.quoted(part) + " has no finite scale");
        }
        files.add(new ScaledFile(FilePath.word(matcher.group(1)), scale));
      } else if (scaled) {
        throw UserException.usage(
            option + " takes FILE:SCALE, and " + Text.quoted(part) + " has no scale");
      } else {
        files.add(new ScaledFile(FilePath.word(part), 1));
      }
    }
  }

  private static boolean isFile(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** All of it. */
  public Adaptation.Wanted wanted() {
    int[] layers = range == null ? new int[2] : layers();
    List<ScaledFile> loaded =
        adapters.stream().map(a -> unapplied ? new ScaledFile(a.file(), 0) : a).toList();
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
