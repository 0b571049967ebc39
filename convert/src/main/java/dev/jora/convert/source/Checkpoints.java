package dev.jora.convert.source;

import java.nio.file.Path;

/** Checkpoints of every format, by their folder or one file. */
public final class Checkpoints {
  private Checkpoints() {}

  /**
   * Opens a checkpoint.
   *
   * @param folderOrFile a folder as Hugging Face has them, an index, or a file of weights
   * @throws SourceException if it cannot be read
   */
  public static Weights open(Path folderOrFile) {
    return SourceFiles.open(new CheckpointFolder(folderOrFile).plan());
  }
}
