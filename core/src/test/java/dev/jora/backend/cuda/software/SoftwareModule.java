package dev.jora.backend.cuda.software;

import dev.jora.backend.cuda.software.PtxKernel.Constant;
import dev.jora.backend.cuda.software.PtxModule.Variable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A module on a device: its variables have addresses there. */
final class SoftwareModule {
  /** A kernel of it. */
  static final class Function {
    final SoftwareModule module;
    final PtxKernel kernel;

    /** Bytes of dynamic shared memory that it was allowed. */
    int allowed;

    Function(SoftwareModule module, PtxKernel kernel) {
      this.module = module;
      this.kernel = kernel;
    }
  }

  final PtxModule code;
  final Map<String, Long> symbols = new HashMap<>();

  private SoftwareModule(PtxModule code) {
    this.code = code;
  }

  /** Null where the device has no room for the variables. */
  static SoftwareModule load(PtxModule code, DeviceMemory memory) {
    Set<String> used = new HashSet<>();
    for (PtxKernel kernel : code.kernels().values()) {
      for (Constant constant : kernel.constants()) {
        used.add(constant.symbol());
      }
    }
    SoftwareModule module = new SoftwareModule(code);
    for (Variable variable : code.variables()) {
      if (used.contains(variable.name())) {
        Allocation made = memory.allocate(variable.bytes().length, variable.name());
        if (made == null) {
          module.unload(memory);
          return null;
        }
        System.arraycopy(variable.bytes(), 0, made.bytes, 0, variable.bytes().length);
        made.wrote(0, variable.bytes().length);
        module.symbols.put(variable.name(), made.base);
      }
    }
    return module;
  }

  void unload(DeviceMemory memory) {
    symbols.values().forEach(memory::free);
  }
}
