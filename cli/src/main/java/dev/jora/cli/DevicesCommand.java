package dev.jora.cli;

import dev.jora.cli.common.CommonOptions;
import dev.jora.cli.common.ExitCode;
import dev.jora.cli.common.Json;
import dev.jora.cli.common.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jora devices}: what there is to compute with. */
@Command(
    name = "devices",
    description = {
      "Lists what this machine can compute with: its CPU and its NVIDIA GPUs.",
      "Where there is no GPU, it says why."
    },
    customSynopsis = "jora devices [--json]",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  jora devices", "  jora devices --json"})
final class DevicesCommand implements Callable<Integer> {
  @Option(names = "--json", description = "One JSON object: devices, cuda; sizes in bytes.")
  boolean json;

  @Mixin CommonOptions common;

  @Override
  public Integer call() {
    Devices devices = Devices.ofMachine();
    if (json) {
      Json.printPretty(Output.standard(), devices.json());
      return ExitCode.OK;
    }
    return Output.tell(devices.text());
  }
}
