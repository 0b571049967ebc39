package dev.jora.cli.common;

import dev.jora.engine.Offload;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What GPUs take of a model. */
public final class GpuOptions {
  @Option(
      names = {"-ngl", "--gpu-layers", "--n-gpu-layers"},
      paramLabel = "N",
      converter = DeviceOptions.Layers.class,
      description =
          "Layers on the GPU, counted from the output, which is one; auto: as many as fit, all"
              + " (default: auto).")
  int layers = Offload.AUTO;

  @Option(
      names = {"-nkvo", "--no-kv-offload"},
      description = "The KV cache stays on the CPU, and attention with it.")
  boolean cacheOnCpu;

  @Option(
      names = {"-kvo", "--kv-offload"},
      hidden = true,
      description = "Takes the above back.")
  void cacheOnGpu(boolean there) {
    cacheOnCpu = cacheOnCpu && !there;
  }

  @Mixin DeviceOptions devices = new DeviceOptions();

  /**
   * The same as the engine takes it.
   *
   * @throws UserException if an option has a value that it cannot have
   */
  public Offload offload() {
    return devices.offload(layers, cacheOnCpu);
  }
}
