package dev.jora.cli;

import dev.jora.cli.common.Output;
import dev.jora.cli.common.Version;
import dev.jora.cli.words.ForeignOption.Fate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine;

/** What jora says of itself when a command is asked. */
final class About {
  private static final String LICENSE =
      "jora is under the Apache License 2.0: https://www.apache.org/licenses/LICENSE-2.0";

  private About() {}

  /**
   * Prints it; the exit code.
   *
   * @param jora makes the command line, for those who ask what it completes
   */
  static int tell(Fate.Prints what, Supplier<CommandLine> jora) {
    return Output.tell(text(what, jora));
  }

  private static String text(Fate.Prints what, Supplier<CommandLine> jora) {
    return switch (what) {
      case VERSION -> Version.line() + "\n";
      case LICENSE -> license();
      case DEVICES -> Devices.ofMachine().text();
      case COMPLETION -> CompletionCommand.bash(jora.get());
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
        + "Libraries: picocli, Jackson, SnakeYAML Engine, Jetty, XChart (Apache 2.0), JLine (BSD),"
        + " JCuda, SLF4J (MIT), VectorGraphics2D (LGPL)\n"
        + text;
  }
}
