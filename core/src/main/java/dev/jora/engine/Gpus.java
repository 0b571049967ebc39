package dev.jora.engine;

import dev.jora.backend.cuda.CudaBackend;
import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaException;
import dev.jora.backend.cuda.CudaUnavailableException;
import dev.jora.backend.cuda.DeviceFacts;
import dev.jora.backend.cuda.ExplainedDriver;
import dev.jora.fault.Sentence;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The GPUs that were asked for, and their driver: open until it is closed. */
public final class Gpus implements AutoCloseable {
  private static final String PREFIX = "CUDA";

  private final CudaDriver driver;
  private final List<Gpu> all = new ArrayList<>();
  private final String absence;
  private final GpuFaults faults = new GpuFaults();

  private Gpus(CudaDriver driver, String absence) {
    this.driver = driver;
    this.absence = absence;
  }

  /** No GPUs, for a reason. */
  static Gpus none(String why) {
    return new Gpus(null, why);
  }

  /**
   * Opens them: none where nothing is asked of them, or nobody relies on there being any.
   *
   * @throws OffloadException if one that is relied on is not there
   */
  public static Gpus open(Offload wanted) {
    if (wanted.isNone()) {
      return none("no layers are to be on a GPU");
    }
    Gpus opened = null;
    try {
      opened = new Gpus(wanted.driver().get(), "");
      opened.enter(wanted);
      return opened;
    } catch (CudaUnavailableException | CudaException e) {
      if (opened != null) {
        opened.close();
      }
      if (wanted.isExplicit()) {
        throw absent(wanted, e);
      }
      return none(e.getMessage());
    } catch (RuntimeException | Error e) {
      if (opened != null) {
        opened.close();
      }
      throw e;
    }
  }

  private static OffloadException absent(Offload wanted, RuntimeException e) {
    Sentence asked =
        wanted.gpuLayers() > 0
            ? Sentence.of("%s %s", Offload.GPU_LAYERS, wanted.layersAsked())
            : Sentence.of("%s %s", Offload.DEVICE, String.join(",", wanted.devices()));
    return new OffloadException(
        Sentence.of(
            "%s needs a GPU: %s; %s 0 computes all on the CPU",
            asked, e.getMessage(), Offload.GPU_LAYERS),
        e);
  }

  private void enter(Offload wanted) {
    List<Integer> ordinals = ordinals(wanted);
    if (wanted.split() == Offload.Split.NONE) {
      ordinals = List.of(ordinals.get(main(wanted, ordinals.size())));
    }
    if (wanted.shares().size() > ordinals.size()) {
      throw new OffloadException(
          Sentence.of(
              "%s has %d shares and there are %d devices: %s",
              Offload.TENSOR_SPLIT, wanted.shares().size(), ordinals.size(), names(ordinals)),
          null);
    }
    for (int ordinal : ordinals) {
      String id = PREFIX + ordinal;
      CudaDriver explained =
          new ExplainedDriver(driver, (e, memory, kernel) -> faults.of(id, e, memory, kernel));
      all.add(gpu(id, new CudaBackend(explained, ordinal)));
    }
  }

  /** A GPU, whose backend is closed if nothing can be known of it. */
  private static Gpu gpu(String id, CudaBackend backend) {
    try {
      return new Gpu(id, backend, backend.facts().memory(), backend.memory().available());
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private List<Integer> ordinals(Offload wanted) {
    List<Integer> there = IntStream.range(0, driver.deviceCount()).boxed().toList();
    if (wanted.devices() == null) {
      List<Integer> served = there.stream().filter(i -> refusal(i).isEmpty()).toList();
      if (served.isEmpty() && !there.isEmpty()) {
        throw new CudaUnavailableException(refusal(0), null);
      }
      return served;
    }
    List<Integer> found = new ArrayList<>();
    for (String name : wanted.devices()) {
      int ordinal = there.stream().map(i -> PREFIX + i).toList().indexOf(name);
      if (ordinal < 0) {
        throw new OffloadException(
            Sentence.of("%s: there is no '%s', but %s", Offload.DEVICE, name, names(there)), null);
      }
      if (found.contains(ordinal)) {
        throw new OffloadException(Sentence.of("%s names '%s' twice", Offload.DEVICE, name), null);
      }
      if (!refusal(ordinal).isEmpty()) {
        throw new CudaUnavailableException(refusal(ordinal), null);
      }
      found.add(ordinal);
    }
    return found;
  }

  /** Why a device is of no use, with its name; empty if it is. */
  private String refusal(int ordinal) {
    DeviceFacts facts = driver.device(ordinal);
    String why = facts.refusal();
    return why.isEmpty() ? "" : "%s%d (%s): %s".formatted(PREFIX, ordinal, facts.name(), why);
  }

  private static int main(Offload wanted, int devices) {
    if (wanted.mainGpu() < 0 || wanted.mainGpu() >= devices) {
      throw new OffloadException(
          Sentence.of(
              "%s must be 0 to %d, one of the devices, not %d",
              Offload.MAIN_GPU, devices - 1, wanted.mainGpu()),
          null);
    }
    return wanted.mainGpu();
  }

  private static String names(List<Integer> ordinals) {
    return ordinals.stream().map(i -> PREFIX + i).collect(Collectors.joining(", "));
  }

  /** In the order in which layers go over them; empty for none. */
  public List<Gpu> all() {
    return List.copyOf(all);
  }

  /** Why there are none; empty if there are. */
  public String absence() {
    return absence;
  }

  /**
   * Where a model goes with these options: the layers that are asked for, or as many as fit.
   *
   * @throws OffloadException if those that are asked for do not fit
   */
  public OffloadPlan plan(Model model, DecoderOptions options, Offload wanted) {
    Offloader offloader = new Offloader(model, wanted, all());
    if (wanted.gpuLayers() == Offload.AUTO) {
      return offloader.largest(options);
    }
    OffloadPlan plan = offloader.of(wanted.gpuLayers(), options);
    if (plan.excess() > 0) {
      throw offloader.tooMany(plan, options);
    }
    return plan;
  }

  /** What of a model fits on each of them alone and, if there are several, on all together. */
  public List<GpuFit> fits(Model model, DecoderOptions options, Offload wanted) {
    List<GpuFit> fits = new ArrayList<>();
    for (Gpu gpu : all) {
      fits.add(new Offloader(model, wanted, List.of(gpu)).fit(options));
    }
    if (all.size() > 1) {
      fits.add(new Offloader(model, wanted, all()).fit(options));
    }
    return fits;
  }

  /** From now on what goes wrong is told in words of this plan. */
  void settle(OffloadPlan plan, DecoderOptions options) {
    faults.settle(plan, options, all());
  }

  @Override
  public void close() {
    all.forEach(gpu -> gpu.backend().close());
    all.clear();
    if (driver != null) {
      driver.close();
    }
  }
}
