package dev.jora.model;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;
import java.nio.file.Path;

/** A saved sequence that cannot be taken up here: what was expected, what was found. */
public final class SequenceFileException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final transient Sentence sentence;

  SequenceFileException(Path file, Sentence problem) {
    super(file + ": " + problem);
    this.file = file;
    this.sentence = Sentence.of("%s: %s", file, problem);
  }

  /** The file. */
  public Path file() {
    return file;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
