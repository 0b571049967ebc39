package dev.jora.convert.source;

import dev.jora.gguf.OpenedFiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;

/** The tensors of one file after the other. */
final class SourceFiles implements Weights {
  private static final int SHOWN = 3;

  private final List<SourceFile> files = new ArrayList<>();
  private final SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();

  private SourceFiles() {}

  /**
   * Opens all files of a checkpoint.
   *
   * @throws SourceException if one cannot be read, or they are not those of their index
   */
  static SourceFiles open(CheckpointPlan plan) {
    SourceFiles all = new SourceFiles();
    try {
      plan.files().forEach(path -> all.add(new SourceFile(path)));
      all.requireIndexed(plan);
      return all;
    } catch (Throwable t) {
      all.close();
      throw t;
    }
  }

  private void add(SourceFile file) {
    files.add(file);
    try {
      for (SourceTensor tensor : SourceFormat.tensors(file)) {
        if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
          throw file.fault("tensor %s: another file has it too", tensor.name());
        }
      }
    } catch (InternalError e) {
      throw file.unreadable(e);
    } catch (OutOfMemoryError e) {
      throw file.fault("there is not memory enough to list its tensors");
    }
  }

  private void requireIndexed(CheckpointPlan plan) {
    if (plan.index().isEmpty()) {
      return;
    }
    Map<String, String> map = plan.weightMap();
    TreeSet<String> missing = new TreeSet<>(map.keySet());
    missing.removeAll(tensors.keySet());
    if (!missing.isEmpty()) {
      throw new SourceException(
          "%s: it names %s in %s, which does not have %s"
              .formatted(
                  plan.index().get(),
                  named(missing),
                  map.get(missing.first()),
                  missing.size() == 1 ? "it" : "them"));
    }
    TreeSet<String> extra = new TreeSet<>(tensors.keySet());
    extra.removeAll(map.keySet());
    if (!extra.isEmpty()) {
      throw new SourceException(
          "%s: it does not name %s, which its files have"
              .formatted(plan.index().get(), named(extra)));
    }
  }

  private static String named(TreeSet<String> names) {
    String first = String.join(", ", names.stream().limit(SHOWN).toList());
    int more = names.size() - SHOWN;
    return (names.size() == 1 ? "tensor " : "tensors ")
        + first
        + (more > 0 ? " and %,d more".formatted(more) : "");
  }

  @Override
  public SequencedMap<String, SourceTensor> tensors() {
    return Collections.unmodifiableSequencedMap(tensors);
  }

  @Override
  public OpenedFiles opened() {
    return new OpenedFiles(files.stream().map(SourceFile::state).toList());
  }

  @Override
  public void release() {
    files.forEach(file -> file.data().unload());
  }

  @Override
  public void close() {
    files.forEach(SourceFile::close);
    files.clear();
  }
}
