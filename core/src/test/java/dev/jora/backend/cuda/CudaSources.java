package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The kernels' sources, and the PTX that was made of them. */
final class CudaSources {
  private CudaSources() {}

  /** The sources; without any there must be no PTX either, and the calling test is skipped. */
  static List<Path> sources() throws IOException {
    List<Path> sources = list(Shared.testdata("../core/src/main/cuda"), ".cu");
    if (sources.isEmpty()) {
      assertEquals(List.of(), ptx(), "PTX without a source");
    }
    assumeFalse(sources.isEmpty(), "skipped: core/src/main/cuda has no .cu files yet");
    return sources;
  }

  /** The PTX that jora carries. */
  static List<Path> ptx() throws IOException {
    return list(folder(), ".ptx");
  }

  /** Where it lies. */
  static Path folder() {
    return Shared.testdata("../core/src/main/resources/dev/jora/backend/cuda").normalize();
  }

  /** Of a source and all headers beside it, as scripts/compile-cuda has it. */
  static String digest(Path source) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<Path> headers = list(source.getParent(), ".cuh");
      for (Path file : Stream.concat(Stream.of(source), headers.stream()).toList()) {
        digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(Files.readAllBytes(file));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> list(Path folder, String end) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(end)).sorted().toList();
    }
  }
}
