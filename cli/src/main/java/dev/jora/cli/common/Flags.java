package dev.jora.cli.common;

import dev.jora.fault.ParameterFault;
import java.util.Map;

/** What the command line calls the parameters of the library. */
public final class Flags {
  /** Those that are not called alike. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "ctx_size", "-c",
          "gpu_layers", "-ngl",
          "temperature", "--temp",
          "dynatemp_exponent", "--dynatemp-exp",
          "top_n_sigma", "--top-nsigma",
          "typical_p", "--typical",
          "mirostat_tau", "--mirostat-ent",
          "mirostat_eta", "--mirostat-lr");

  private Flags() {}

  /** The flag of a parameter. */
  public static String of(String parameter) {
    return OTHERS.getOrDefault(parameter, "--" + parameter.replace('_', '-'));
  }

  /** The message of an exception, with flags in it. */
  public static String message(Throwable thrown) {
    return thrown instanceof ParameterFault fault
        ? fault.sentence().calling(Flags::of)
        : thrown.getMessage();
  }
}
