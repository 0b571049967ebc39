package dev.jora.cli.common;

import dev.jora.backend.cuda.CudaDriver;
import dev.jora.backend.cuda.CudaDrivers;
import dev.jora.engine.Offload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which GPUs are used, and what is on the CPU all the same. */
public final class DeviceOptions {
  /** The tensors of experts, as llama.cpp names them for its flags of the same names. */
  private static final String EXPERTS = "\\.ffn_(up|down|gate|gate_up)_(ch|)exps";

  /** Opens the driver. */
  Supplier<CudaDriver> driver = CudaDrivers::open;

  @Option(
      names = {"-dev", "--device"},
      paramLabel = "NAME,...",
      description = "GPUs to use, as jora devices names them; none: the CPU alone (default: all).")
  String devices;

  @Option(
      names = {"-sm", "--split-mode"},
      paramLabel = "MODE",
      description = "layer: layers go over all GPUs; none: one GPU, see -mg (default: layer).")
  String split = "layer";

  @Option(
      names = {"-ts", "--tensor-split"},
      paramLabel = "N,...",
      description = "Shares of the layers, GPU by GPU, as 3,1 (default: by free memory).")
  String shares;

  @Option(
      names = {"-mg", "--main-gpu"},
      paramLabel = "N",
      description = "Which of the GPUs, with -sm none (default: ${DEFAULT-VALUE}).")
  int mainGpu;

  @Option(
      names = {"-ot", "--override-tensor"},
      paramLabel = "REGEX=CPU,...",
      description =
          "Blocks of layers with a tensor whose name fits are on the CPU: attention or"
              + " feed-forward as a whole, or output.weight.")
  List<String> overrides = new ArrayList<>();

  @Option(
      names = {"-cmoe", "--cpu-moe"},
      description = "Experts of all layers are on the CPU.")
  boolean expertsOnCpu;

  @Option(
      names = {"-ncmoe", "--n-cpu-moe"},
      paramLabel = "N",
      description = "Experts of the first N layers are on the CPU.")
  int layersOfExpertsOnCpu;

  @Option(
      names = {"-fitt", "--fit-target"},
      paramLabel = "MiB",
      description = "Memory of a GPU that -ngl auto leaves free (default: 512, or a twentieth).")
  Long marginMebibytes;

  /**
   * What is asked of them.
   *
   * @param layers of the model
   * @param cacheOnCpu what layers keep of texts is on the CPU
   * @throws UserException if an option has a value that it cannot have
   */
  public Offload offload(int layers, boolean cacheOnCpu) {
    if (layersOfExpertsOnCpu < 0) {
      throw UserException.usage("-ncmoe must be 0 or more, not " + layersOfExpertsOnCpu);
    }
    if (marginMebibytes != null && marginMebibytes < 0) {
      throw UserException.usage("-fitt must be 0 or more, not " + marginMebibytes);
    }
    long margin = marginMebibytes == null ? -1 : Math.min(marginMebibytes, 1L << 40) << 20;
    return Offload.DEFAULT
        .withDriver(driver)
        .withGpuLayers(layers)
        .withMargin(margin)
        .withDevices(devices(), split(), mainGpu)
        .withShares(shares())
        .withOnCpu(onCpu(), cacheOnCpu);
  }

  private List<String> devices() {
    if (devices == null) {
      return null;
    }
    if (devices.equalsIgnoreCase("none") || devices.isBlank()) {
      return List.of();
    }
    List<String> names = Arrays.stream(devices.split(",")).map(String::strip).toList();
    if (names.contains("CPU")) {
      throw UserException.usage(
          "-dev names GPUs, not '%s': -dev none is the CPU alone".formatted(devices));
    }
    return names;
  }

  private Offload.Split split() {
    return switch (split) {
      case "layer" -> Offload.Split.LAYER;
      case "none" -> Offload.Split.NONE;
      case "row", "tensor" ->
          throw UserException.usage(
              "-sm "
                  + split
                  + " is not there yet: -sm layer puts whole layers on one GPU after the other");
      default -> throw UserException.usage("-sm is layer or none, not '" + split + "'");
    };
  }

  private List<Double> shares() {
    if (shares == null) {
      return List.of();
    }
    List<Double> all = new ArrayList<>();
    double sum = 0;
    for (String word : shares.split("[,/]", -1)) {
      double share = share(word.strip());
      sum += share;
      all.add(share);
    }
    if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
      throw wrongShares();
    }
    return all;
  }

  private double share(String word) {
    try {
      double share = Double.parseDouble(word);
      if (share >= 0) {
        return share;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrongShares();
  }

  private UserException wrongShares() {
    return UserException.usage(
        "-ts is a share for each GPU, 0 or more and not all 0, as 3,1: not '" + shares + "'");
  }

  private List<Pattern> onCpu() {
    List<Pattern> all = new ArrayList<>();
    for (String list : overrides) {
      for (String one : list.split(",")) {
        all.add(override(one));
      }
    }
    if (expertsOnCpu) {
      all.add(Pattern.compile(EXPERTS));
    }
    for (int il = 0; il < Math.min(layersOfExpertsOnCpu, 10_000); il++) {
      all.add(Pattern.compile("blk\\." + il + EXPERTS));
    }
    return all;
  }

  private static Pattern override(String word) {
    int at = word.lastIndexOf('=');
    if (at < 1) {
      throw UserException.usage("-ot takes REGEX=CPU, not '" + word + "'");
    }
    if (!word.substring(at + 1).equals("CPU")) {
      throw UserException.usage(
          "-ot moves tensors to the CPU alone, REGEX=CPU, not '"
              + word
              + "': -ngl, -ts and -dev say which layers are on which GPU");
    }
    try {
      return Pattern.compile(word.substring(0, at));
    } catch (PatternSyntaxException e) {
      throw UserException.usage(
          "-ot: '" + word.substring(0, at) + "' is no regular expression: " + e.getDescription(),
          e);
    }
  }

  /** A number of layers, or llama.cpp's words for some and for all of them. */
  public static final class Layers implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String word) {
      try {
        return of(word);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + word + "' is not a number, auto or all");
      }
    }

    /**
     * The same for whoever reads without picocli.
     *
     * @throws NumberFormatException if it is none of these
     */
    static int of(String word) {
      return switch (word) {
        case "auto" -> Offload.AUTO;
        case "all" -> Offload.ALL;
        default -> of(Integer.parseInt(word));
      };
    }

    /** llama.cpp's numbers: −1 is auto, those below it are all. */
    public static int of(int n) {
      return n >= -1 ? n : Offload.ALL;
    }
  }
}
