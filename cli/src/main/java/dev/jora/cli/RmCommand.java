package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.HubOptions;
import dev.jora.cli.common.Terminal;
import dev.jora.cli.common.Units;
import dev.jora.cli.common.UserException;
import dev.jora.hub.HubSettings;
import dev.jora.hub.Removal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jora rm}: a model out of the hub's cache. */
@Command(
    name = "rm",
    description = {
      "Removes models from the hub's cache.",
      "Only what nothing else there uses is deleted, and nothing anywhere else."
    },
    customSynopsis = "jora rm [OPTIONS] MODEL [MODEL ...]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jora rm USER/REPO", "  jora rm --yes USER/REPO:Q4_K_M"})
final class RmCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description = "USER/REPO, USER/REPO:QUANT or USER/REPO/FILE, as jora list has them.")
  List<String> models;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  boolean yes;

  @Mixin CommonOptions common;

  @Override
  public Integer call() throws IOException {
    HubSettings settings = new HubOptions().settings();
    List<Removal> removals = new ArrayList<>();
    for (String model : models) {
      removals.add(Removal.of(settings, model)); // all names are right before anything goes
    }
    if (!yes && !Terminal.stdin()) {
      throw UserException.usage("nobody is there to ask: --yes removes without asking");
    }
    for (Removal removal : removals) {
      if (yes || agreed(removal)) {
        Removal.of(settings, removal.name().toString()).run();
        common.info("removed %s, %s", removal.name(), Units.bytes(removal.bytes()));
      }
    }
    return ExitCode.OK;
  }

  private boolean agreed(Removal removal) throws IOException {
    common
        .err()
        .print("remove " + removal.name() + ", " + Units.bytes(removal.bytes()) + "? [y/N] ");
    common.err().flush();
    String line =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    return line != null && line.strip().matches("(?i)y|yes");
  }
}
