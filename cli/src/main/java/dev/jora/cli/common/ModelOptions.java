package dev.jora.cli.common;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which model: {@code -m FILE}, or the small one that comes with jora. */
public final class ModelOptions {
  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description =
          "GGUF file; of a split model the first part (default: the small model that comes with"
              + " jora).")
  Path file;

  /** A model that a command has found by other options. */
  public static ModelOptions of(Path file) {
    ModelOptions model = new ModelOptions();
    model.file = file;
    return model;
  }

  /** True if somebody names a model. */
  public boolean isNamed() {
    return file != null;
  }

  /** The file to open. */
  public Path path() {
    return file != null ? file : embedded();
  }

  /** The model in {@code testdata/}, beside the folder the launcher says jora lives in. */
  public static Path embedded() {
    String home = System.getProperty("jora.home");
    Path model = Path.of(home == null ? "" : home, "testdata", "jora-demo.gguf");
    if (!Files.exists(model)) {
      throw new UserException(
          "no model given and the one that comes with jora is not at " + model + ": give -m FILE");
    }
    return model;
  }
}
