package dev.jora.cli.common;

import dev.jora.convert.AdapterFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which model: {@code -m FILE}, one of the hub, or the small one that comes with jora. */
public final class ModelOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      converter = ModelWord.Converter.class,
      description =
          "GGUF file, of a split model the first part; or a folder as the hub has it, which is"
              + " converted once; or ollama:NAME, lmstudio:NAME, hf:USER/REPO (default: the small"
              + " model that comes with jora).")
  ModelWord word;

  @Mixin HubOptions hub = new HubOptions();

  private Path source;
  private Path found;

  /** A model that a command has found by other options. */
  public static ModelOptions of(Path file) {
    ModelOptions model = new ModelOptions();
    model.word = new ModelWord(null, null, file);
    return model;
  }

  /** The file of what stands on a command line: of a model's folder, what it is converted to. */
  public static Path file(Path named, CommonOptions common) {
    return isFolder(named) ? ConvertedFolder.file(named, common) : named;
  }

  /** True for a folder that holds a model as the hub has it. */
  public static boolean isFolder(Path named) {
    return ConvertedFolder.isOne(named);
  }

  /** True if somebody names a model. */
  public boolean isNamed() {
    return word != null || hub.isNamed();
  }

  /** The file to open, fetched if need be. */
  public Path path() {
    if (found == null) {
      Path asked = source();
      found = file(asked, common());
    }
    return found;
  }

  /** What was asked for, fetched if need be: a file, or the folder that {@link #path} converts. */
  public Path source() {
    if (source == null) {
      source = asked();
      if (AdapterFolder.isOne(source)) {
        throw new UserException(
            source
                + " is an adapter and no model: give its base with -m, and the adapter with"
                + " --lora");
      }
    }
    return source;
  }

  /** The one place where what was asked for becomes a path. */
  private Path asked() {
    if (hub.isNamed() && (word == null || !isTyped("-m"))) {
      return hub.path(common());
    }
    if (word == null) {
      return embedded();
    }
    if (hub.isNamed() && (isTyped("-hf") || isTyped("-hff") || isTyped("-mu"))) {
      throw UserException.usage("the model is given twice: -m and -hf or -mu");
    }
    return word.store() == null ? word.file() : hub.stored(word.store(), word.name(), common());
  }

  /** True for an option that stands on the command line, and not in the environment alone. */
  private boolean isTyped(String option) {
    return command != null
        && command.commandLine().getParseResult() != null
        && command.commandLine().getParseResult().hasMatchedOption(option);
  }

  private CommonOptions common() {
    CommandSpec mixin = command == null ? null : command.mixins().get("common");
    return mixin == null ? new CommonOptions() : (CommonOptions) mixin.userObject();
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
