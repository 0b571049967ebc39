package dev.jora.convert.source;

import dev.jora.gguf.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the files of a checkpoint are: in a folder, named by an index, or one. */
final class CheckpointFolder {
  /** How a checkpoint's files are called; the first that is there is taken. */
  private enum Kind {
    SAFETENSORS("model", ".safetensors"),
    PYTORCH("pytorch_model", ".bin");

    private final String begin;
    private final String end;

    Kind(String begin, String end) {
      this.begin = begin;
      this.end = end;
    }

    boolean names(String file) {
      return file.startsWith(begin) && file.endsWith(end);
    }

    String index() {
      return begin + end + INDEX;
    }
  }

  private static final String INDEX = ".index.json";
  private static final Pattern SHARD = Pattern.compile("(.*-)(\\d{5})-of-(\\d{5})(\\.\\w+)");

  private final Path path;

  CheckpointFolder(Path path) {
    this.path = path;
  }

  /**
   * The files.
   *
   * @throws SourceException if there are none, or one of them is missing
   */
  CheckpointPlan plan() {
    if (!Files.isDirectory(path)) {
      return path.toString().endsWith(INDEX)
          ? new CheckpointIndex(path).plan()
          : CheckpointPlan.of(List.of(path));
    }
    TreeSet<String> names = names();
    for (Kind kind : Kind.values()) {
      if (names.contains(kind.index())) {
        return new CheckpointIndex(path.resolve(kind.index())).plan();
      }
      List<String> files = names.stream().filter(kind::names).toList();
      if (!files.isEmpty()) {
        missing(files)
            .ifPresent(
                file -> {
                  throw new SourceException("%s: %s is missing: fetch it".formatted(path, file));
                });
        return CheckpointPlan.of(files.stream().map(path::resolve).toList());
      }
    }
    List<String> others = names.stream().filter(SourceFormat::hasNameOf).toList();
    throw new SourceException(
        "%s: expected model*.safetensors or pytorch_model*.bin, found %s"
            .formatted(
                path,
                others.isEmpty() ? "no file of weights" : others.getFirst() + ": name that file"));
  }

  private TreeSet<String> names() {
    try (Stream<Path> files = Files.list(path)) {
      TreeSet<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    } catch (UncheckedIOException e) {
      throw new SourceException(
          "%s: cannot be read: %s".formatted(path, IoReason.of(e.getCause())), e);
    } catch (IOException e) {
      throw new SourceException("%s: cannot be read: %s".formatted(path, IoReason.of(e)), e);
    }
  }

  /** The first file that the numbers in the names of others call for. */
  private static Optional<String> missing(List<String> files) {
    List<String> wanted = new ArrayList<>();
    for (String file : files) {
      Matcher shard = SHARD.matcher(file);
      if (shard.matches()) {
        int count = Integer.parseInt(shard.group(3));
        // all are missing of a count that is a lie: the first two tell as much
        for (int i = 1; i <= Math.min(count, files.size() + 1); i++) {
          wanted.add("%s%05d-of-%s%s".formatted(shard.group(1), i, shard.group(3), shard.group(4)));
        }
      }
    }
    return wanted.stream().filter(file -> !files.contains(file)).findFirst();
  }
}
