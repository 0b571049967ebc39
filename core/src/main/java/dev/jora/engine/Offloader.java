package dev.jora.engine;

import dev.jora.backend.Backend;
import dev.jora.fault.Sentence;
import dev.jora.model.DecoderOptions;
import dev.jora.model.LayerSpec;
import dev.jora.model.MemoryPlan;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.block.AttentionSpec;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Puts a model's layers on GPUs as llama.cpp counts them: the last n of the layers and the output,
 * which is the last of all; the input tables never. Layers that look at another's cache go with it.
 */
final class Offloader {
  private static final Pattern MIXER = Pattern.compile("\\.(attn_|ssm_|shortconv)");
  private static final Pattern FEED_FORWARD = Pattern.compile("\\.ffn_");

  /** A step of contexts that are tried. */
  private static final int CONTEXT_STEP = 256;

  private final Model model;
  private final Offload wanted;
  private final List<Gpu> gpus;
  private final int count;

  Offloader(Model model, Offload wanted, List<Gpu> gpus) {
    this.model = model;
    this.wanted = wanted;
    this.gpus = gpus;
    this.count = model.layers().size();
  }

  // ---- where ------------------------------------------------------------------------------

  /** The last {@code n} layers on GPUs, the output being one. */
  OffloadPlan of(int n, DecoderOptions options) {
    int asked = gpus.isEmpty() ? 0 : Math.clamp(n, 0, count + 1);
    List<Backend> counted = counted(asked);
    List<Backend> layers = new ArrayList<>(counted);
    keepTogether(layers);
    int moved = 0;
    for (int il = 0; il < count; il++) {
      moved += layers.get(il) == counted.get(il) ? 0 : 1;
    }
    Placement placement = placement(asked, layers);
    long on = placement.layers().stream().filter(backend -> backend != null).count();
    return new OffloadPlan(
        placement,
        MemoryPlan.of(model, placement, options),
        gpus,
        (int) on + (placement.output() == null ? 0 : 1),
        asked,
        moved,
        count + 1);
  }

  /** Where every layer is by its number. */
  private List<Backend> counted(int n) {
    int first = count + 1 - n;
    List<Backend> layers = new ArrayList<>();
    for (int il = 0; il < count; il++) {
      layers.add(il < first ? null : device(il - first, n));
    }
    return layers;
  }

  private Placement placement(int n, List<Backend> layers) {
    Backend output = n == 0 || isOnCpu("output.weight"::equals) ? null : device(n - 1, n);
    return new Placement(
        null,
        Collections.unmodifiableList(layers),
        parts(layers, MIXER, !wanted.cache()),
        parts(layers, FEED_FORWARD, false),
        output);
  }

  /** Where the i-th of n layers on GPUs is: with the first whose share ends behind it. */
  private Backend device(int i, int n) {
    List<Double> ends = new ArrayList<>();
    double sum = 0;
    for (int g = 0; g < gpus.size(); g++) {
      sum += share(g);
      ends.add(sum);
    }
    for (int g = 0; g < gpus.size(); g++) {
      if (ends.get(g) / sum > (float) i / n) {
        return gpus.get(g).backend();
      }
    }
    return gpus.getLast().backend();
  }

  private double share(int g) {
    if (wanted.shares().isEmpty()) {
      return gpus.get(g).free();
    }
    return g < wanted.shares().size() ? wanted.shares().get(g) : 0;
  }

  /** All from a layer to the last that looks at its cache are where it is. */
  private void keepTogether(List<Backend> layers) {
    for (int il = 0; il < count; il++) {
      LayerSpec layer = model.spec().layers().get(il);
      if (layer.mixer() instanceof AttentionSpec attention && attention.sharedWith() >= 0) {
        int owner = attention.sharedWith();
        Collections.fill(layers.subList(owner, il + 1), layers.get(owner));
      }
    }
  }

  /** Where a block of every layer is: with the layer, but where one of its tensors is not to be. */
  private List<Backend> parts(List<Backend> layers, Pattern kind, boolean allOnCpu) {
    IntFunction<Backend> part =
        il -> {
          String prefix = "blk." + il + ".";
          boolean away =
              allOnCpu || isOnCpu(name -> name.startsWith(prefix) && kind.matcher(name).find());
          return away ? null : layers.get(il);
        };
    List<Backend> all = new ArrayList<>();
    for (int il = 0; il < count; il++) {
      all.add(part.apply(il));
    }
    return Collections.unmodifiableList(all);
  }

  /** True if one of these tensors, a matrix, is to be on the CPU. */
  private boolean isOnCpu(Predicate<String> names) {
    return !wanted.onCpu().isEmpty()
        && model.tensors().values().stream()
            .filter(tensor -> tensor.shape().dims() > 1)
            .map(Tensor::name)
            .filter(names)
            .anyMatch(name -> wanted.onCpu().stream().anyMatch(p -> p.matcher(name).find()));
  }

  // ---- how many ---------------------------------------------------------------------------

  /** The most layers that fit and leave a margin. */
  OffloadPlan largest(DecoderOptions options) {
    OffloadPlan plan = of(gpus.isEmpty() ? 0 : count + 1, options);
    while (plan.asked() > 0 && !plan.fits(wanted)) {
      plan = of(Math.min(plan.asked(), plan.gpuLayers()) - 1, options);
    }
    return plan;
  }

  /** What fits, and how long a context could be. */
  GpuFit fit(DecoderOptions options) {
    DecoderOptions longest = options.withContextSize(model.contextLength());
    int context =
        of(Offload.ALL, longest).fits(wanted)
            ? model.contextLength()
            : largestContext(Offload.ALL, longest);
    return new GpuFit(largest(options), context);
  }

  /** What is said where the layers that were asked for do not fit. */
  OffloadException tooMany(OffloadPlan plan, DecoderOptions options) {
    Gpu tightest = gpus.getFirst();
    for (Gpu gpu : gpus) {
      if (plan.on(gpu).total() - gpu.free() > plan.on(tightest).total() - tightest.free()) {
        tightest = gpu;
      }
    }
    MemoryPlan there = plan.on(tightest);
    int context = largestContext(plan.asked(), options);
    return new OffloadException(
        Sentence.of(
            "%s: %d layers take %s of %s (model %s, KV cache %s for %s tokens, compute %s) and %s"
                + " are free: use %s %d%s, or auto",
            model.metadata().file(),
            plan.gpuLayers(),
            mebibytes(there.total()),
            tightest.id(),
            mebibytes(there.weights()),
            mebibytes(there.cache()),
            options.contextTokens(),
            mebibytes(there.compute()),
            mebibytes(tightest.free()),
            Offload.GPU_LAYERS,
            largest(options).gpuLayers(),
            context == 0
                ? ""
                : Sentence.of(
                    " or, with these layers, %s %d", DecoderOptions.CONTEXT_SIZE, context)),
        null);
  }

  /** The largest context, up to that of the options, at which n layers fit; 0 for none. */
  private int largestContext(int n, DecoderOptions options) {
    int low = 0;
    int high = Math.ceilDiv(options.contextSize(), CONTEXT_STEP);
    while (low < high - 1) {
      int middle = (low + high) >>> 1;
      if (of(n, options.withContextSize(middle * CONTEXT_STEP)).fits(wanted)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low * CONTEXT_STEP;
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
