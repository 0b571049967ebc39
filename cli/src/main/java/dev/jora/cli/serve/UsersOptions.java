package dev.jora.cli.serve;

import dev.jora.cli.common.UserException;
import dev.jora.exec.MachineMemory;
import dev.jora.serve.schedule.Settings;
import picocli.CommandLine.Option;

/** How many are served at once. */
final class UsersOptions {
  private static final long MEBI = 1L << 20;
  private static final long USUAL_CACHE = 8192; // llama-server's

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      description = "Texts at once, which share the context of -c (default: ${DEFAULT-VALUE}).")
  int parallel = 4;

  @Option(
      names = "--ctx-per-slot",
      paramLabel = "N",
      description = "Tokens of context of each text (default: -c divided by -np).")
  int perSlot;

  @Option(
      names = "--max-queue",
      paramLabel = "N",
      description = "Requests that wait; more are refused (default: ${DEFAULT-VALUE}).")
  int queue = 64;

  @Option(
      names = {"-cram", "--cache-ram"},
      paramLabel = "MIB",
      description =
          "Memory for what was read of texts that have ended, to go on from (default: 8192, or a"
              + " quarter of what is free).")
  Long cacheRam;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      description =
          "How long texts in progress may go on once the server is to end (default:"
              + " ${DEFAULT-VALUE}).")
  int drain = 30;

  /** Refuses numbers that cannot be. */
  void check() {
    if (parallel < 1 || parallel > 256) {
      throw UserException.usage("-np takes 1 to 256, not " + parallel);
    }
    if (queue < 0) {
      throw UserException.usage("--max-queue takes 0 and more, not " + queue);
    }
    if (perSlot < 0) {
      throw UserException.usage("--ctx-per-slot takes 1 and more, not " + perSlot);
    }
    if (cacheRam != null && (cacheRam < -1 || cacheRam > Long.MAX_VALUE / MEBI)) {
      throw UserException.usage("--cache-ram takes -1 (no limit) and more, not " + cacheRam);
    }
    if (drain < 0) {
      throw UserException.usage("--drain takes 0 and more, not " + drain);
    }
  }

  /** Tokens of context of each text; 0: the model's. */
  int context(int all) {
    if (perSlot > 0) {
      return perSlot;
    }
    if (all > 0 && all < parallel) {
      throw UserException.usage("-c " + all + " is too little for -np " + parallel);
    }
    return all / parallel;
  }

  /** For a scheduler; the model has been opened. */
  Settings settings() {
    return new Settings(parallel, queue, cacheBytes());
  }

  private long cacheBytes() {
    if (cacheRam == null) {
      return Math.min(USUAL_CACHE * MEBI, MachineMemory.available() / 4);
    }
    return cacheRam < 0 ? Long.MAX_VALUE : cacheRam * MEBI;
  }
}
