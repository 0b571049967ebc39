package dev.jora.cli.common;

import dev.jora.backend.cuda.CudaDriver;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Lets tests of other packages give a command a driver of GPUs. */
public final class GpuDoor {
  private GpuDoor() {}

  /** The GPUs of a command are this driver's. */
  public static void open(CommandLine command, CudaDriver driver) {
    if (!open(command.getCommandSpec(), driver)) {
      throw new IllegalArgumentException(command.getCommandName() + " has no options of GPUs");
    }
  }

  private static boolean open(CommandSpec spec, CudaDriver driver) {
    boolean found = false;
    for (CommandSpec mixin : spec.mixins().values()) {
      if (mixin.userObject() instanceof DeviceOptions devices) {
        devices.driver = () -> driver;
        found = true;
      }
      found |= open(mixin, driver);
    }
    return found;
  }
}
