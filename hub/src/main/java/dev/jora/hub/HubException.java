package dev.jora.hub;

import dev.jora.fault.ParameterFault;
import dev.jora.fault.Sentence;
import dev.jora.gguf.IoReason;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;

/** A model cannot be had: one sentence that says why and what to do. */
public final class HubException extends RuntimeException implements ParameterFault {
  private static final long serialVersionUID = 1L;

  private final transient Sentence sentence;
  private final boolean unreachable;

  private HubException(Sentence sentence, boolean unreachable, Throwable cause) {
    super(sentence.toString(), cause);
    this.sentence = sentence;
    this.unreachable = unreachable;
  }

  static HubException of(String format, Object... parts) {
    return new HubException(Sentence.of(format, parts), false, null);
  }

  /** The server does not answer; what the cache has may do. */
  static HubException unreachable(Throwable cause, String format, Object... parts) {
    return new HubException(Sentence.of(format, parts), true, cause);
  }

  /** The disk does not take it. */
  static HubException unwritable(FileSystemException e, String variable) {
    String reason = e instanceof FileAlreadyExistsException ? "it is no folder" : IoReason.of(e);
    return of(
        "%s cannot be written: %s; make it writable and see that there is room, or set %s to"
            + " another folder",
        e.getFile(), reason, variable);
  }

  /** True if no server could be asked. */
  boolean isUnreachable() {
    return unreachable;
  }

  @Override
  public Sentence sentence() {
    return sentence;
  }
}
