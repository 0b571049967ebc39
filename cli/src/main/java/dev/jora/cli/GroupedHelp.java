package dev.jora.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What help shows in which order: options by their mixins, commands by what they are for. */
final class GroupedHelp {
  /** Headings by the name of the field that holds the mixin, in the order they are shown. */
  private static final List<Map.Entry<String, String>> HEADINGS =
      List.of(
          Map.entry("model", "Model"),
          Map.entry("judged", "Grammars and JSON schemas"),
          Map.entry("network", "Network"),
          Map.entry("listen", "Where to listen, and to whom"),
          Map.entry("users", "Users"),
          Map.entry("prompt", "Prompt"),
          Map.entry("tests", "Tests: every combination of these lists"),
          Map.entry("text", "Text"),
          Map.entry("talk", "Conversation"),
          Map.entry("template", "Chat template"),
          Map.entry("tools", "Tools"),
          Map.entry("divergence", "Comparison with a base model"),
          Map.entry("comparison", "Comparison of several models"),
          Map.entry("tasks", "Tasks"),
          Map.entry("", "Output"),
          Map.entry("base", "Base of an adapter"),
          Map.entry("table", "Kernels"),
          Map.entry("sampling", "Sampling"),
          Map.entry("grammar", "Grammars and JSON schemas"),
          Map.entry("settings", "Answers: what /set can change"),
          Map.entry("guidance", "Guidance"),
          Map.entry("shift", "What was read"),
          Map.entry("lora", "LoRA adapters and control vectors"),
          Map.entry("context", "Context, KV cache and RoPE"),
          Map.entry("threads", "Machine"),
          Map.entry("gpus", "GPUs"),
          Map.entry("common", "General"));

  /** What most people need of the commands that have many options. */
  private static final Map<String, List<String>> BRIEF =
      Map.ofEntries(
          brief(
              "run",
              "-m -p -f -n -c -t -sys --raw -s --temp --grammar-file -j"
                  + " --ban-string --tools --json -q"),
          brief(
              "chat",
              "-m -p -n -c -t -sys -s --temp --grammar-file -j --ban-string"
                  + " --tools --save --load --character -q"),
          brief(
              "serve",
              "-m -a --host --port --api-key -np -c -n --embedding -ngl --temp --chat-template"
                  + " -t -q"),
          brief(
              "embed",
              "-m -p -f --prefix --pooling --embd-normalize --format -o --truncate -c -t -q"),
          brief("rerank", "-m -q -f --top-n --json --sigmoid --truncate -c -t"),
          brief("bench", "-m -p -n -pg -d -b -ub -t -o -r --synthetic --kernels"),
          brief(
              "perplexity",
              "-m -f --chunks -c -t --kl-divergence-base --kl-divergence --compare --plot"
                  + " --hellaswag --winogrande --multiple-choice --heatmap --json"),
          brief("imatrix", "-m -f -o --chunks --in-file --show-statistics -c -t -q"),
          brief(
              "quantize",
              "--imatrix --tensor-type --allow-requantize --pure --target-size --dry-run --force"
                  + " -t -q"),
          brief("convert", "-o --outtype --base --model-name --pre --force --dry-run -t -q"),
          brief("merge-lora", "-m --lora -o --outtype --force --dry-run -t -q"),
          brief("grammar", "-m --grammar-file --grammar -jf -j --text --text-file --gbnf --json"),
          brief("tokenize", "-m -p -f --ids --no-bos --no-parse-special --show-count --json"),
          brief("template", "-m --chat-template --messages --kwargs --no-generation-prompt --ids"),
          brief("info", "--tensors --json -c -ctk -ctv"));

  /** The commands by what they are for; what is in no group comes last. */
  private static final List<Map.Entry<String, List<String>>> COMMANDS =
      List.of(
          Map.entry(
              "Talk and write",
              List.of("run", "chat", "serve", "tokenize", "detokenize", "template", "grammar")),
          Map.entry("Search", List.of("embed", "rerank")),
          Map.entry("Measure", List.of("bench", "perplexity", "imatrix", "devices")),
          Map.entry(
              "Model files",
              List.of("pull", "list", "rm", "info", "convert", "merge-lora", "quantize", "gguf")));

  private GroupedHelp() {}

  private static Map.Entry<String, List<String>> brief(String command, String options) {
    return Map.entry(command, List.of(options.split(" ")));
  }

  /** Names of the options that a command's short help shows; none: it has no short help. */
  static List<String> brief(String command) {
    String name = command.substring(command.lastIndexOf(' ') + 1);
    return BRIEF.getOrDefault(name, List.of());
  }

  /** The options of a command under their headings. */
  static List<Map.Entry<String, List<OptionSpec>>> options(CommandSpec spec) {
    List<OptionSpec> own = new ArrayList<>(spec.options());
    HEADINGS.stream()
        .map(heading -> spec.mixins().get(heading.getKey()))
        .filter(Objects::nonNull)
        .forEach(mixin -> own.removeAll(mixin.options()));
    List<Map.Entry<String, List<OptionSpec>>> groups = new ArrayList<>();
    for (Map.Entry<String, String> heading : HEADINGS) {
      CommandSpec mixin = spec.mixins().get(heading.getKey());
      List<OptionSpec> options = heading.getKey().isEmpty() ? own : List.of();
      options = mixin == null ? options : mixin.options();
      boolean all = options.size() == spec.options().size();
      options = options.stream().filter(option -> !option.hidden()).toList();
      if (!options.isEmpty()) {
        groups.add(Map.entry(all ? "Options" : heading.getValue(), options));
      }
    }
    return groups;
  }

  /** The names of the commands below a command under their headings. */
  static Map<String, List<String>> commands(CommandSpec spec) {
    List<String> rest = new ArrayList<>(spec.subcommands().keySet());
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> group : COMMANDS) {
      List<String> names = group.getValue().stream().filter(rest::contains).toList();
      rest.removeAll(names);
      if (!names.isEmpty()) {
        groups.put(group.getKey(), names);
      }
    }
    if (!rest.isEmpty()) {
      groups.put(groups.isEmpty() ? "Commands" : "More", rest);
    }
    return groups;
  }
}
