package dev.jora.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where tests find their data: {@code testdata/} always, {@code ../shared} if it is there. */
public final class Shared {
  private static final Path ROOT = Path.of(System.getProperty("jora.root", "")).toAbsolutePath();

  private Shared() {}

  /** A file or folder under {@code ../shared}; skips the calling test where it is absent. */
  public static Path path(String relative) {
    Path path = ROOT.resolveSibling("shared").resolve(relative).normalize();
    Assumptions.assumeTrue(Files.exists(path), "skipped: ../shared/" + relative + " is absent");
    return path;
  }

  /** A golden file or folder: from {@code ../shared/golden}, else the copy in {@code testdata/}. */
  public static Path golden(String relative) {
    Path copy = testdata(relative);
    return Files.exists(copy) ? copy : path("golden/" + relative);
  }

  /** A file or folder under {@code testdata/}, which every checkout has. */
  public static Path testdata(String relative) {
    return ROOT.resolve("testdata").resolve(relative);
  }
}
