package dev.jora.backend.cuda;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;

/** JCuda's objects for what the driver makes: they tell its handle to subclasses only. */
final class JCudaTypes {
  private JCudaTypes() {}

  static final class DeviceAddress extends CUdeviceptr {
    long handle() {
      return getNativePointer();
    }
  }

  static final class HostAddress extends Pointer {
    HostAddress(long address) {
      super(address);
    }

    long handle() {
      return getNativePointer();
    }
  }

  static final class Module extends CUmodule {
    long handle() {
      return getNativePointer();
    }
  }

  static final class Function extends CUfunction {
    private final Module module;

    Function(Module module) {
      this.module = module;
    }

    boolean isOf(Module other) {
      return module == other;
    }

    long handle() {
      return getNativePointer();
    }
  }

  static final class Stream extends CUstream {
    long handle() {
      return getNativePointer();
    }
  }

  static final class Event extends CUevent {
    long handle() {
      return getNativePointer();
    }
  }

  static final class Graph extends CUgraphExec {
    long handle() {
      return getNativePointer();
    }
  }
}
