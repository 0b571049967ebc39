package dev.jora.backend.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** The assembler of CUDA 12.0, as the oldest driver has it, from JCuda's natives; no card. */
final class PtxAssembler {
  private static final Pattern FIGURES =
      Pattern.compile(
          "Compiling entry function '(\\S+)' for"
              + "|(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads"
              + "|Used (\\d+) registers");

  /**
   * What a card gets of a kernel.
   *
   * @param stack bytes of a thread in local memory, likewise {@code spills}
   */
  record Kernel(String name, int registers, int stack, int spills) {}

  /** Loads it from a folder that is written to; later ones change nothing. */
  PtxAssembler(Path folder) throws IOException {
    String name = JCudaNatives.fileName("JNvPTXCompiler");
    try (InputStream in = PtxAssembler.class.getResourceAsStream("/lib/" + name)) {
      if (in == null) {
        throw new IOException("JCuda has no " + name);
      }
      Path file = JCudaNatives.keep(folder, name, in.readAllBytes());
      JCudaNatives.load(file, () -> JNvPTXCompiler.setExceptionsEnabled(false));
    }
  }

  /**
   * The kernels of a text for a card, as {@code sm_86}.
   *
   * @throws IllegalArgumentException with the assembler's words
   */
  List<Kernel> assemble(String ptx, String card) {
    byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    JNvPTXCompiler.nvPTXCompilerCreate(handle, text.length, text);
    try {
      String[] options = {"--gpu-name=" + card, "--verbose"};
      int code = JNvPTXCompiler.nvPTXCompilerCompile(handle, options.length, options);
      long[] size = new long[1];
      if (code != 0) {
        JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(handle, size);
        byte[] log = new byte[(int) size[0] + 1];
        JNvPTXCompiler.nvPTXCompilerGetErrorLog(handle, log);
        throw new IllegalArgumentException(card + ": " + text(log));
      }
      JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(handle, size);
      byte[] log = new byte[(int) size[0] + 1];
      JNvPTXCompiler.nvPTXCompilerGetInfoLog(handle, log);
      return kernels(text(log));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(handle);
    }
  }

  private static String text(byte[] log) {
    return new String(log, StandardCharsets.UTF_8).replace("\0", "").strip();
  }

  private static List<Kernel> kernels(String log) {
    List<Kernel> kernels = new ArrayList<>();
    Matcher matcher = FIGURES.matcher(log);
    String name = "";
    int stack = 0;
    int spills = 0;
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        name = matcher.group(1);
      } else if (matcher.group(2) != null) {
        stack = Integer.parseInt(matcher.group(2));
        spills = Integer.parseInt(matcher.group(3)) + Integer.parseInt(matcher.group(4));
      } else {
        kernels.add(new Kernel(name, Integer.parseInt(matcher.group(5)), stack, spills));
      }
    }
    return kernels;
  }
}
