package dev.jora.model.adapter;

import dev.jora.gguf.GgufException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is added to a model while it runs; its weights stay as they are.
 *
 * @param adapters in the order in which they are added
 * @param scales of each, to begin with
 */
public record Adaptation(List<LoraAdapter> adapters, List<Float> scales, ControlVector vector) {
  /** Nothing. */
  public static final Adaptation NONE = new Adaptation(List.of(), List.of(), ControlVector.NONE);

  /** Copies the lists. */
  public Adaptation {
    adapters = List.copyOf(adapters);
    scales = List.copyOf(scales);
  }

  /**
   * What is wanted, as files.
   *
   * @param adapters files with their scales
   */
  public record Wanted(List<ScaledFile> adapters, ControlVector.Wanted vectors) {
    /** Nothing. */
    public static final Wanted NONE = new Wanted(List.of(), ControlVector.Wanted.NONE);

    /**
     * Reads the files for a model.
     *
     * @param width n_embd of the model
     * @param layers how many it has
     * @throws GgufException if a file is not what it should be, or does not go with the model
     */
    public Adaptation read(String architecture, int width, int layers) {
      List<LoraAdapter> read = new ArrayList<>();
      List<Float> scales = new ArrayList<>();
      for (ScaledFile each : adapters) {
        read.add(LoraAdapter.read(each.file(), architecture));
        scales.add(each.scale());
      }
      ControlVector vector =
          vectors.files().isEmpty()
              ? ControlVector.NONE
              : ControlVector.read(vectors, width, layers);
      return new Adaptation(read, scales, vector);
    }
  }

  /** What texts that are read with these scales depend on. */
  public String identity(List<Float> now) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < adapters.size(); i++) {
      if (now.get(i) != 0) {
        text.append(adapters.get(i).hash()).append(" x ").append(now.get(i)).append(' ');
      }
    }
    return text.append(vector.hash()).isEmpty() ? "none" : text.toString().strip();
  }
}
