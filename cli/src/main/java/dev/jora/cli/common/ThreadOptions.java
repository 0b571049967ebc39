package dev.jora.cli.common;

import dev.jora.kernel.KernelSelector;
import picocli.CommandLine.Option;

/** How the CPU is used. */
public final class ThreadOptions {
  /** llama.cpp's limit, far above what helps and far below what a system can start. */
  public static final int MOST = 512;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "CPU threads for generation (default: -1, one per core).")
  int threads = -1;

  @Option(
      names = {"-tb", "--threads-batch"},
      paramLabel = "N",
      description = "CPU threads for prompts (default: as -t).")
  int threadsBatch = -1;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description = "Highest kernel set to use: scalar or vector (default: the fastest).")
  String kernels;

  /** Threads for generation. */
  int generation() {
    return threads > 0 ? checked("-t", threads) : Runtime.getRuntime().availableProcessors();
  }

  /** Threads for prompts. */
  int prompts() {
    return threadsBatch > 0 ? checked("-tb", threadsBatch) : generation();
  }

  private static int checked(String option, int threads) {
    if (threads > MOST) {
      throw UserException.usage(option + " takes at most " + MOST + " threads, not " + threads);
    }
    return threads;
  }

  /** The kernel set and why it was chosen. */
  KernelSelector.Choice choice() {
    return choice(kernels);
  }

  /** The kernel set no higher than {@code name}, or the best one for null. */
  public static KernelSelector.Choice choice(String name) {
    try {
      return name == null ? KernelSelector.best() : KernelSelector.atMost(name);
    } catch (IllegalArgumentException e) {
      throw UserException.usage(e.getMessage(), e);
    }
  }
}
