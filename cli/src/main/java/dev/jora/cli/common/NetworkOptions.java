package dev.jora.cli.common;

import dev.jora.hub.HubSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How the hub is reached. */
public final class NetworkOptions {
  @Option(
      names = {"-hft", "--hf-token"},
      paramLabel = "TOKEN",
      description = "What the hub knows you by (default: HF_TOKEN, or what its own tools keep).")
  String token;

  @Option(names = "--offline", description = "Use what is there, ask no server.")
  boolean offline;

  /** What these and the environment say. */
  public HubSettings settings() {
    return HubSettings.of(System::getenv, home()).with(token, offline);
  }

  static Path home() {
    String home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }
}
