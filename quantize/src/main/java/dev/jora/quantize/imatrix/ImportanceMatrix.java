package dev.jora.quantize.imatrix;

import dev.jora.gguf.GgufException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * An importance matrix: for tensors by name, how much each of their input columns matters.
 *
 * @param datasets the texts it was measured on, as their files were named; may be empty
 * @param chunks pieces of text it was measured on
 * @param chunkSize tokens of a piece; 0 for a legacy file, which counts pieces, not tokens
 * @param tensors by name, in order of name
 */
public record ImportanceMatrix(
    List<String> datasets, int chunks, int chunkSize, SortedMap<String, Importances> tensors) {

  /** The two kinds of file. */
  public enum Format {
    /** llama.cpp's of today: sums and counts as tensors. */
    GGUF,
    /** llama.cpp's of old, {@code .dat}. */
    LEGACY
  }

  /** Makes copies that cannot be changed. */
  public ImportanceMatrix {
    datasets = List.copyOf(datasets);
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
  }

  /**
   * Reads a file of either format; its first bytes say which.
   *
   * @throws GgufException for whatever is wrong with the path or the file
   */
  public static ImportanceMatrix read(Path file) {
    return isLegacy(file) ? LegacyImatrix.read(file) : GgufImatrix.read(file);
  }

  /** False also for what cannot be read: the GGUF reader says why. */
  private static boolean isLegacy(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(4);
      return magic.length > 0
          && !(magic.length == 4
              && magic[0] == 'G'
              && magic[1] == 'G'
              && magic[2] == 'U'
              && magic[3] == 'F');
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Writes a file: to {@code NAME.part} first, which gets its name when it is safely on disk.
   *
   * @throws IllegalStateException if the chunk size is unknown; see {@link #inTokens}
   * @throws GgufException if a tensor's name is too long for the format
   */
  public void write(Path file, Format format) throws IOException {
    if (chunkSize < 1) {
      throw new IllegalStateException("an importance matrix is written with its chunk size");
    }
    switch (format) {
      case GGUF -> GgufImatrix.write(this, file);
      case LEGACY -> LegacyImatrix.write(this, file);
    }
  }

  /**
   * Importance of the columns of a tensor, as {@link Importances#means} gives it: ne0 values for
   * each of its matrices. Nothing if the tensor was not measured.
   */
  public Optional<float[]> of(String tensor) {
    return Optional.ofNullable(tensors.get(tensor)).map(Importances::means);
  }

  /** The first text it was measured on, or an empty string. */
  public String dataset() {
    return datasets.isEmpty() ? "" : datasets.getFirst();
  }

  /**
   * The same for fewer tensors.
   *
   * @param include parts of names, one of which a tensor must have; if empty, all stay
   * @param exclude parts of names, none of which a tensor may have
   */
  public ImportanceMatrix filtered(List<String> include, List<String> exclude) {
    Predicate<String> stays =
        name ->
            (include.isEmpty() || include.stream().anyMatch(name::contains))
                && exclude.stream().noneMatch(name::contains);
    SortedMap<String, Importances> left = new TreeMap<>(tensors);
    left.keySet().removeIf(stays.negate());
    return new ImportanceMatrix(datasets, chunks, chunkSize, left);
  }

  /**
   * The matrix of a legacy file as if it had counted tokens, in chunks of a size that such a file
   * does not tell; any other matrix as it is.
   */
  public ImportanceMatrix inTokens(int chunkSize) {
    if (this.chunkSize > 0) {
      return this;
    }
    SortedMap<String, Importances> scaled = new TreeMap<>();
    tensors.forEach((name, importances) -> scaled.put(name, importances.times(chunkSize)));
    return new ImportanceMatrix(datasets, chunks, chunkSize, scaled);
  }

  /**
   * What several matrices have measured together, counted in chunks of {@code chunkSize} tokens.
   *
   * @throws IllegalArgumentException if two have the same tensor in different shapes; names it
   */
  public static ImportanceMatrix sum(List<ImportanceMatrix> matrices, int chunkSize) {
    List<String> datasets = new ArrayList<>();
    SortedMap<String, Importances> sums = new TreeMap<>();
    for (ImportanceMatrix matrix : matrices) {
      datasets.addAll(matrix.datasets());
      matrix.inTokens(chunkSize).tensors().forEach((name, more) -> add(sums, name, more));
    }
    long most = sums.values().stream().mapToLong(Importances::most).max().orElse(0);
    int chunks = (int) Math.min(Integer.MAX_VALUE, most / chunkSize);
    return new ImportanceMatrix(datasets, chunks, chunkSize, sums);
  }

  private static void add(SortedMap<String, Importances> sums, String name, Importances more) {
    Importances before = sums.get(name);
    try {
      sums.put(name, before == null ? more : before.plus(more));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tensor " + name + ": " + e.getMessage(), e);
    }
  }
}
