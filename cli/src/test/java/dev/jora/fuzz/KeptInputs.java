package dev.jora.fuzz;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Inputs that once went wrong: the files of {@code testdata/fuzz/KIND}, which may be packed. */
final class KeptInputs {
  /** Instead of a seed: a case is a kept input, by its place in {@link #of}. */
  static final long SEED = 0;

  private static final String PACKED = ".gz";

  private KeptInputs() {}

  /** Those of a kind, by name. */
  static List<Path> of(String kind) {
    Path folder = Shared.testdata("fuzz").resolve(kind);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy in a folder, unpacked. */
  static Path copy(Path input, Path folder) throws IOException {
    String name = input.getFileName().toString();
    boolean packed = name.endsWith(PACKED);
    Path copy = folder.resolve(packed ? name.substring(0, name.length() - 3) : name);
    try (InputStream in = Files.newInputStream(input);
        InputStream bytes = packed ? new GZIPInputStream(in) : in) {
      Files.copy(bytes, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return copy;
  }
}
