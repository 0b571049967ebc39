package dev.jora.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.backend.cuda.PlannedDriver;
import dev.jora.cli.common.Units;
import dev.jora.engine.Gpu;
import dev.jora.engine.GpuFit;
import dev.jora.engine.Gpus;
import dev.jora.engine.Offload;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What of a model fits on the machine's GPUs, or on those that somebody thinks of. */
final class InfoGpus {
  @Option(
      names = "--gpu-memory",
      paramLabel = "SIZE,...",
      split = ",",
      converter = Size.class,
      description =
          "What fits on GPUs of these sizes, as 8G,24G, each alone (default: those of this"
              + " machine).")
  List<Long> sizes = new ArrayList<>();

  /** Those of the machine. */
  Offload wanted = Offload.DEFAULT;

  /** What fits, one GPU after the other; empty if there is none. */
  List<GpuFit> fits(Model model, DecoderOptions options) {
    if (sizes.isEmpty()) {
      return fits(model, options, wanted);
    }
    List<GpuFit> all = new ArrayList<>();
    for (Long size : sizes) {
      Offload planned = wanted.withDriver(() -> new PlannedDriver(List.of(size)));
      all.addAll(fits(model, options, planned));
    }
    return all;
  }

  private static List<GpuFit> fits(Model model, DecoderOptions options, Offload on) {
    try (Gpus gpus = Gpus.open(on)) {
      return gpus.fits(model, options, on);
    }
  }

  /** {@code CUDA0, 12.00 GiB: 33 of 33 layers fit with this context (-ngl 33), ...}. */
  String line(GpuFit fit) {
    return "%s: %d of %d layers fit with this context (-ngl %d), all of them %s"
        .formatted(
            sizes.isEmpty() ? names(fit) + ", " + free(fit) : Units.bytes(total(fit)),
            fit.plan().gpuLayers(),
            fit.plan().layers(),
            fit.plan().asked(),
            fit.context() == 0 ? "with none" : "up to -c " + fit.context());
  }

  private static String names(GpuFit fit) {
    return fit.plan().gpus().stream().map(Gpu::id).collect(Collectors.joining("+"));
  }

  private static String free(GpuFit fit) {
    return Units.bytes(fit.plan().gpus().stream().mapToLong(Gpu::free).sum()) + " free";
  }

  private static long total(GpuFit fit) {
    return fit.plan().gpus().stream().mapToLong(Gpu::total).sum();
  }

  /** The same, into the object about memory. */
  void json(ObjectNode memory, List<GpuFit> fits) {
    if (fits.isEmpty()) {
      return;
    }
    if (sizes.isEmpty()) { // all together are the last
      memory.put("gpu_layers", fits.getLast().plan().gpuLayers());
      memory.put("layers", fits.getLast().plan().layers());
    }
    ArrayNode list = memory.putArray("gpus");
    for (GpuFit fit : fits) {
      ObjectNode node = list.addObject();
      if (sizes.isEmpty()) {
        ArrayNode ids = node.putArray("devices");
        fit.plan().gpus().forEach(gpu -> ids.add(gpu.id()));
        node.put("free", fit.plan().gpus().stream().mapToLong(Gpu::free).sum());
      }
      node.put("memory", total(fit))
          .put("gpu_layers", fit.plan().gpuLayers())
          .put("layers", fit.plan().layers())
          .put("ngl", fit.plan().asked())
          .put("context_of_all_layers", fit.context());
    }
  }

  /** A size of memory: 8G, 512M, 1.5GiB, or bytes. */
  static final class Size implements ITypeConverter<Long> {
    private static final Pattern FORM =
        Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)([KMGT]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);

    /** More than any GPU has. */
    private static final BigDecimal MOST = BigDecimal.valueOf(1L << 50);

    @Override
    public Long convert(String word) {
      Matcher form = FORM.matcher(word.strip());
      if (form.matches()) {
        String unit = form.group(2).toUpperCase(Locale.ROOT);
        long times = unit.isEmpty() ? 1 : 1L << 10 * " KMGT".indexOf(unit);
        BigDecimal bytes = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(times));
        if (bytes.signum() > 0 && bytes.compareTo(MOST) <= 0) {
          return bytes.longValue();
        }
      }
      throw new TypeConversionException("'" + word + "' is not a size of memory, as 8G or 512M");
    }
  }
}
