package dev.jora.cli;

import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Defaults from the environment: {@code --ctx-size} reads {@code JORA_CTX_SIZE}, then llama.cpp's
 * {@code LLAMA_ARG_CTX_SIZE}. The command line wins over both.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {
  /** llama.cpp's names that do not follow from the long option. */
  private static final Map<String, String> LLAMA_NAMES =
      Map.of(
          "--batch-size", "LLAMA_ARG_BATCH",
          "--ubatch-size", "LLAMA_ARG_UBATCH",
          "--predict", "LLAMA_ARG_N_PREDICT");

  private final UnaryOperator<String> environment;

  EnvironmentDefaults(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  /** The variable of ours that sets an option. */
  static String variable(String longName) {
    return "JORA_" + upper(longName);
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
      return null;
    }
    String name = option.longestName();
    String own = environment.apply(variable(name));
    if (own != null) {
      return own;
    }
    return environment.apply(LLAMA_NAMES.getOrDefault(name, "LLAMA_ARG_" + upper(name)));
  }

  private static String upper(String longName) {
    return longName.substring(2).replace('-', '_').toUpperCase(java.util.Locale.ROOT);
  }
}
