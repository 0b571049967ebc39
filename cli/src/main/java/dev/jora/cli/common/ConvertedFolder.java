package dev.jora.cli.common;

import dev.jora.convert.Conversion;
import dev.jora.convert.ConversionRequest;
import dev.jora.exec.WorkPool;
import dev.jora.quantize.QuantizeListener;
import dev.jora.quantize.Quantizer;
import dev.jora.quantize.TensorJob;
import dev.jora.quantize.TensorResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * A model's folder as a file that can be run: converted on its first use, and kept in the cache as
 * long as none of its files changes.
 */
final class ConvertedFolder {
  private ConvertedFolder() {}

  /** True for a folder that holds a model of Hugging Face's. */
  static boolean isOne(Path path) {
    return Files.isDirectory(path)
        && (Files.isRegularFile(path.resolve("config.json"))
            || Files.isRegularFile(path.resolve("modules.json")));
  }

  /** The file, made if it is not there. */
  static Path file(Path folder, CommonOptions common) {
    try {
      Path place = place(folder, "");
      if (!Files.isRegularFile(place)) {
        Files.createDirectories(place.getParent());
        common.info("jora: converting %s, once, into %s", folder, place);
        convert(folder, place, common);
      }
      return place;
    } catch (IOException e) {
      throw new UserException(
          folder
              + " could not be converted: "
              + e.getClass().getSimpleName()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private static void convert(Path folder, Path place, CommonOptions common) throws IOException {
    ProgressLine line = new ProgressLine(common);
    try (Interrupt interrupt = new Interrupt();
        Conversion conversion = Conversion.of(folder, ConversionRequest.DEFAULT);
        WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors());
        Quantizer quantizer = new Quantizer(pool)) {
      long all = conversion.bytes();
      conversion.write(
          place,
          quantizer,
          new QuantizeListener() {
            private long done;

            @Override
            public void progress(TensorJob job, long sourceBytes) {
              line.show((double) done / Math.max(1, all), Text.plain(job.name()), "");
            }

            @Override
            public void end(TensorResult result) {
              done += result.job().bytes();
            }

            @Override
            public boolean cancelled() {
              return interrupt.requested();
            }
          });
    } finally {
      line.clear();
    }
  }

  /**
   * Where in the cache a file is that is made of a folder as it is now.
   *
   * @param more what else it depends on
   */
  static Path place(Path folder, String more) throws IOException {
    return cache().resolve(name(folder, more));
  }

  private static Path cache() {
    String own = System.getenv("XDG_CACHE_HOME");
    Path home = Path.of(System.getProperty("user.home"), ".cache");
    return (own == null || own.isEmpty() ? home : Path.of(own))
        .resolve("jora")
        .resolve("converted");
  }

  /** The folder's name and what tells its files from what they were. */
  private static String name(Path folder, String more) throws IOException {
    Path real = folder.toRealPath();
    StringBuilder state = new StringBuilder(real + more);
    try (Stream<Path> files = Files.walk(real, 2)) { // those of sentence-transformers' modules, too
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        state
            .append('\n')
            .append(real.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file).toMillis());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(state.toString().getBytes(StandardCharsets.UTF_8));
      return real.getFileName() + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".gguf";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
