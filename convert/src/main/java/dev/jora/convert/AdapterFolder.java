package dev.jora.convert;

import dev.jora.convert.adapter.PeftAdapter;
import dev.jora.convert.source.SourceException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders as PEFT saves adapters. */
public final class AdapterFolder {
  private static final String CONFIG = "adapter_config.json";

  private AdapterFolder() {}

  /** True if a folder is an adapter's, and has no model beside it. */
  public static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIG))
        && (PeftAdapter.file(folder).isPresent()
            || !Files.isRegularFile(folder.resolve("config.json")));
  }

  /**
   * Opens an adapter.
   *
   * @throws SourceException if it is none that can be read
   */
  public static PeftAdapter open(Path folder) {
    Path config = folder.resolve(CONFIG);
    if (!Files.isRegularFile(config)) {
      throw new SourceException(
          "%s: no adapter's folder: expected adapter_config.json in it, found none"
              .formatted(folder));
    }
    return PeftAdapter.open(folder, config, JsonFiles.read(config));
  }
}
