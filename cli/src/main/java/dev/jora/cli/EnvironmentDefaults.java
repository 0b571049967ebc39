package dev.jora.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
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
      Map.of("--batch-size", "LLAMA_ARG_BATCH", "--ubatch-size", "LLAMA_ARG_UBATCH");

  private final UnaryOperator<String> environment;

  EnvironmentDefaults(UnaryOperator<String> environment) {
    this.environment = environment;
  }

  @Override
  public String defaultValue(ArgSpec arg) {
    if (!(arg instanceof OptionSpec option)) {
      return null;
    }
    List<String> names =
        Arrays.stream(option.names()).filter(name -> name.startsWith("--")).toList();
    return Stream.concat(
            names.stream().map(name -> "JORA_" + upper(name)),
            names.stream().map(name -> LLAMA_NAMES.getOrDefault(name, "LLAMA_ARG_" + upper(name))))
        .map(environment)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String upper(String longName) {
    return longName.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
