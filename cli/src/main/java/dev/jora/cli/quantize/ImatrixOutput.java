package dev.jora.cli.quantize;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.UserException;
import dev.jora.gguf.IoReason;
import dev.jora.gguf.PartFile;
import dev.jora.quantize.imatrix.ImportanceMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where an importance matrix is written, in what format and how often. */
final class ImatrixOutput {
  @Option(
      names = {"-o", "--output", "--output-file"},
      paramLabel = "FILE",
      defaultValue = "imatrix.gguf",
      description = "The file to write (default: ${DEFAULT-VALUE}).")
  Path file;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      converter = FormatName.class,
      completionCandidates = FormatName.class,
      description = "gguf, or dat for llama.cpp's old format (default: gguf).")
  ImportanceMatrix.Format format;

  @Option(
      names = {"-ofreq", "--output-frequency"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Write the file every N chunks; 0: at the end (default: ${DEFAULT-VALUE}).")
  int frequency;

  @Option(
      names = "--save-frequency",
      paramLabel = "N",
      defaultValue = "0",
      description = "Keep a copy FILE.at_N every N chunks; 0: never (default: ${DEFAULT-VALUE}).")
  int copyFrequency;

  /** Says before the work, not after, that its result cannot be written. */
  void check(CommonOptions common) {
    if (frequency < 0 || copyFrequency < 0) {
      throw UserException.usage("-ofreq and --save-frequency take 0 or more");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      throw new UserException(file + " cannot be written: it is a folder");
    }
    if (!PartFile.isStream(file) && !Files.isWritable(folder)) {
      throw new UserException(file + " cannot be written: there is no writable folder " + folder);
    }
    if (format == null && !file.toString().endsWith(".gguf")) {
      common.warn("%s is written as GGUF: --output-format dat gives the old format", file);
    }
  }

  /**
   * Writes what there is after {@code done} chunks, if it is time to, here or as a copy.
   *
   * @param found makes the matrix, which takes time
   */
  void saveIfDue(int done, Supplier<ImportanceMatrix> found) {
    if (frequency > 0 && done % frequency == 0) {
      save(found.get());
    }
    if (copyFrequency > 0 && done % copyFrequency == 0) {
      ImportanceMatrix matrix = found.get();
      write(matrix, file.resolveSibling(file.getFileName() + ".at_" + matrix.chunks()));
    }
  }

  /** Writes the file. */
  void save(ImportanceMatrix matrix) {
    write(matrix, file);
  }

  private void write(ImportanceMatrix matrix, Path path) {
    try {
      matrix.write(path, format == null ? ImportanceMatrix.Format.GGUF : format);
    } catch (IOException e) {
      throw new UserException(path + " cannot be written: " + IoReason.of(e), e);
    }
  }

  /** Formats by llama.cpp's names. */
  static final class FormatName
      implements ITypeConverter<ImportanceMatrix.Format>, Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("gguf", "dat").iterator();
    }

    @Override
    public ImportanceMatrix.Format convert(String name) {
      return switch (name) {
        case "gguf" -> ImportanceMatrix.Format.GGUF;
        case "dat" -> ImportanceMatrix.Format.LEGACY;
        default -> throw new TypeConversionException("'" + name + "' is not gguf or dat");
      };
    }
  }
}
