package dev.jora.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Layout;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Help with the options of each mixin under a heading of their own. */
final class GroupedHelp {
  /** Headings by the name of the field that holds the mixin, in the order they are shown. */
  private static final List<Map.Entry<String, String>> HEADINGS =
      List.of(
          Map.entry("model", "Model"),
          Map.entry("prompt", "Prompt"),
          Map.entry("tests", "Tests: every combination of these lists"),
          Map.entry("text", "Text"),
          Map.entry("talk", "Conversation"),
          Map.entry("template", "Chat template"),
          Map.entry("divergence", "Comparison with a base model"),
          Map.entry("comparison", "Comparison of several models"),
          Map.entry("tasks", "Tasks"),
          Map.entry("", "Output"),
          Map.entry("table", "Kernels"),
          Map.entry("sampling", "Sampling"),
          Map.entry("settings", "Answers: what /set can change"),
          Map.entry("shift", "What was read"),
          Map.entry("context", "Context, KV cache and RoPE"),
          Map.entry("threads", "Machine"),
          Map.entry("common", "General"));

  private GroupedHelp() {}

  /** Sets the help of a command and of all commands below it; exit codes are jora's by default. */
  static void install(CommandLine command) {
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, GroupedHelp::render);
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    if (usage.exitCodeList().isEmpty()) {
      Command jora = JoraCommand.class.getAnnotation(Command.class);
      usage.exitCodeListHeading(jora.exitCodeListHeading());
      usage.exitCodeList(UsageMessageSpec.keyValuesMap(jora.exitCodeList()));
    }
    command.getSubcommands().values().forEach(GroupedHelp::install);
  }

  private static String render(Help help) {
    CommandSpec spec = help.commandSpec();
    List<OptionSpec> own = new ArrayList<>(spec.options());
    HEADINGS.stream()
        .map(heading -> spec.mixins().get(heading.getKey()))
        .filter(Objects::nonNull)
        .forEach(mixin -> own.removeAll(mixin.options()));
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> heading : HEADINGS) {
      CommandSpec mixin = spec.mixins().get(heading.getKey());
      List<OptionSpec> options = heading.getKey().isEmpty() ? own : List.of();
      if (mixin != null) {
        options = mixin.options();
      }
      options = options.stream().filter(option -> !option.hidden()).toList();
      if (!options.isEmpty()) {
        boolean all = options.size() == spec.options().size();
        text.append("\n" + (all ? "Options" : heading.getValue()) + ":\n");
        Layout layout = help.createDefaultLayout();
        layout.addOptions(options, help.parameterLabelRenderer());
        text.append(layout);
      }
    }
    return text.toString();
  }
}
