package dev.jora.cli;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.Version;
import dev.jora.cli.words.ForeignOption.Fate;
import dev.jora.exec.MachineCpu;
import dev.jora.exec.MachineMemory;
import dev.jora.kernel.KernelSelector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What jora says of itself when a command is asked. */
final class About {
  private static final String LICENSE =
      "jora is under the Apache License 2.0: https://www.apache.org/licenses/LICENSE-2.0";

  private About() {}

  /** Prints it; the exit code. */
  static int tell(Fate.Prints what) {
    return Output.tell(text(what));
  }

  private static String text(Fate.Prints what) {
    return switch (what) {
      case VERSION -> Version.line() + "\n";
      case LICENSE -> license();
      case DEVICES -> devices();
      case COMPLETION -> CompletionCommand.bash();
    };
  }

  /** Of jora, and the kinds of those of the libraries beside it. */
  private static String license() {
    String home = System.getProperty("jora.home", "");
    String text;
    try {
      text = Files.readString(Path.of(home, "LICENSE"), StandardCharsets.UTF_8).stripIndent();
    } catch (IOException e) {
      text = "";
    }
    return LICENSE
        + "\n"
        + "Libraries: picocli, Jackson, XChart (Apache 2.0), JLine (BSD), VectorGraphics2D (LGPL)\n"
        + text;
  }

  private static String devices() {
    KernelSelector.Choice choice = KernelSelector.best();
    return String.format(
        "Available devices:%n  CPU: %s (%d threads, %s free, kernels %s)%n",
        MachineCpu.name(),
        Runtime.getRuntime().availableProcessors(),
        Units.bytes(MachineMemory.available()),
        choice.kernels().name());
  }
}
