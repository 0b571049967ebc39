package dev.jora.engine;

import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.fault.Parameter;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * What a model's GPUs take of it, as it is asked for.
 *
 * @param gpuLayers how many of the last layers, the output being one of them; {@link #AUTO} or
 *     {@link #ALL}
 * @param devices their names, as {@code CUDA0}, in the order in which layers go over them; null:
 *     all of the machine
 * @param split over all devices or on one
 * @param mainGpu which of the devices, where there is no split
 * @param shares of the layers, device by device; empty: by free memory
 * @param onCpu blocks of layers with such tensors are on the CPU all the same
 * @param cache false: what layers keep of texts stays on the CPU, and their mixers with it
 * @param margin bytes of a device that a model of {@link #AUTO} leaves free; −1: the larger of 512
 *     MiB and a twentieth
 * @param driver opens the driver; whoever does so closes it
 */
public record Offload(
    int gpuLayers,
    List<String> devices,
    Split split,
    int mainGpu,
    List<Double> shares,
    List<Pattern> onCpu,
    boolean cache,
    long margin,
    Supplier<CudaDriver> driver) {
  /** As many layers as fit; none where there is no GPU. */
  public static final int AUTO = -1;

  /** Every layer. */
  public static final int ALL = Integer.MAX_VALUE;

  /** The number of layers, in messages; likewise the others. */
  public static final Parameter GPU_LAYERS = new Parameter("gpu_layers");

  static final Parameter DEVICE = new Parameter("device");
  static final Parameter MAIN_GPU = new Parameter("main_gpu");
  static final Parameter TENSOR_SPLIT = new Parameter("tensor_split");

  /** As many layers as fit on the GPUs of this machine. */
  public static final Offload DEFAULT =
      new Offload(AUTO, null, Split.LAYER, 0, List.of(), List.of(), true, -1, CudaDrivers::open);

  /** Nothing: no driver is looked for. */
  public static final Offload NONE = DEFAULT.withGpuLayers(0);

  private static final long LEAST_MARGIN = 512L << 20;

  /** How layers go over several devices. */
  public enum Split {
    /** On one of them. */
    NONE,
    /** Some after the others. */
    LAYER
  }

  /** The same with so many layers. */
  public Offload withGpuLayers(int layers) {
    return new Offload(layers, devices, split, mainGpu, shares, onCpu, cache, margin, driver);
  }

  /** The same with another driver. */
  public Offload withDriver(Supplier<CudaDriver> other) {
    return new Offload(gpuLayers, devices, split, mainGpu, shares, onCpu, cache, margin, other);
  }

  /** The same with so many bytes left free. */
  public Offload withMargin(long bytes) {
    return new Offload(gpuLayers, devices, split, mainGpu, shares, onCpu, cache, bytes, driver);
  }

  /** The same with these shares. */
  public Offload withShares(List<Double> others) {
    return new Offload(gpuLayers, devices, split, mainGpu, others, onCpu, cache, margin, driver);
  }

  /** The same with these devices, and how layers go over them. */
  public Offload withDevices(List<String> names, Split how, int main) {
    return new Offload(gpuLayers, names, how, main, shares, onCpu, cache, margin, driver);
  }

  /** The same with blocks, or all that layers keep, on the CPU. */
  public Offload withOnCpu(List<Pattern> tensors, boolean cacheToo) {
    return new Offload(
        gpuLayers, devices, split, mainGpu, shares, tensors, !cacheToo, margin, driver);
  }

  /** True if nobody is to be asked for a GPU. */
  boolean isNone() {
    return gpuLayers == 0 || devices != null && devices.isEmpty();
  }

  /** True if somebody relies on a GPU. */
  public boolean isExplicit() {
    return gpuLayers > 0 || devices != null && !devices.isEmpty();
  }

  /** What is left free of a device with so many bytes. */
  long marginOf(long total) {
    return margin >= 0 ? margin : Math.max(LEAST_MARGIN, total / 20);
  }

  /** How the number of layers is written. */
  String layersAsked() {
    return switch (gpuLayers) {
      case AUTO -> "auto";
      case ALL -> "all";
      default -> Integer.toString(gpuLayers);
    };
  }
}
