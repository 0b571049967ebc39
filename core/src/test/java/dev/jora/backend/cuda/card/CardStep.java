package dev.jora.backend.cuda.card;

import dev.jora.backend.cuda.CudaDriver;
import java.nio.file.Path;
import java.util.Locale;

/** The steps, the most telling first. One that fails does not stop the others. */
enum CardStep {
  MODULES("devices, and the driver's compiler on all kernels", 50, CardCode::run),
  KERNELS("every kernel, type and awkward shape against the CPU", 110, CardKernels::run),
  GOLDENS("logits of tiny models with 0, 1 and all layers on the GPU", 50, CardGoldens::run),
  SMALL("a 1B of random weights: CPU = GPU, and its speed", 100, CardModels::small),
  LARGE("an 8B of random weights: its speed", 110, CardModels::large),
  COSTS("launches, copies, no memory left, a trap", 30, CardCosts::run);

  final String title;

  /** After which it is ended on a card. */
  final int seconds;

  private final Work work;

  /**
   * What a step has to work with.
   *
   * @param goldens a folder of tiny models, each in a folder with its golden.json
   */
  record Context(CudaDriver driver, CardSizes sizes, Path goldens, CardReport report) {}

  private interface Work {
    void run(Context context) throws Exception;
  }

  CardStep(String title, int seconds, Work work) {
    this.title = title;
    this.seconds = seconds;
    this.work = work;
  }

  /** After which it is ended; a device in software is slow, and may share its machine. */
  int seconds(boolean software) {
    return software ? 10 * seconds : seconds;
  }

  /**
   * Does it.
   *
   * @throws Exception that says what is wrong
   */
  void run(Context context) throws Exception {
    work.run(context);
  }

  /** What is wrong, in words. */
  static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    Fault(String format, Object... values) {
      super(String.format(Locale.ROOT, format, values));
    }
  }
}
