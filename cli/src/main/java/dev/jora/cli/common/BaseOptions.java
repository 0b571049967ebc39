package dev.jora.cli.common;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.hub.HubName;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model an adapter was made for. */
public final class BaseOptions {
  @Option(
      names = "--base",
      paramLabel = "MODEL",
      converter = ModelWord.Converter.class,
      description =
          "The model that an adapter was made for: its folder, of which config.json is enough, its"
              + " GGUF file, or hf:USER/REPO (default: what the adapter names, if it is on this"
              + " disk).")
  ModelWord word;

  @Option(
      names = {"-hf", "-hfr", "--hf-repo"},
      paramLabel = "USER/REPO[:QUANT]",
      description = "The same, of the hub.")
  String repository;

  @Mixin NetworkOptions network = new NetworkOptions();

  /** True if somebody names one. */
  public boolean isNamed() {
    return word != null || repository != null;
  }

  /** Its file or folder, fetched if need be. */
  public Path path(PeftAdapter adapter, CommonOptions common) {
    if (word != null && repository != null) {
      throw UserException.usage("the base is given twice: --base and -hf");
    }
    HubOptions hub = HubOptions.of(network);
    if (repository != null) {
      return hub.pull(HubName.of(repository), null, common);
    }
    if (word != null) {
      return word.store() == null ? word.file() : hub.stored(word.store(), word.name(), common);
    }
    return ConvertedAdapter.base(adapter, hub)
        .orElseThrow(
            () ->
                new UserException(
                    adapter
                            .base()
                            .map(
                                name ->
                                    adapter.folder()
                                        + " is an adapter of "
                                        + Text.quoted(name)
                                        + ", which is not on this disk")
                            .orElse(adapter.folder() + " is an adapter that does not name its base")
                        + ": give the folder of that model, or its GGUF file, with --base"));
  }
}
