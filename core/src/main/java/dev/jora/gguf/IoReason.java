package dev.jora.gguf;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the operating system did not do what it was asked, in words: its exceptions name paths. */
public final class IoReason {
  private IoReason() {}

  /** A few words, without the file's name. */
  public static String of(IOException fault) {
    return switch (fault) {
      case NoSuchFileException e -> "there is no such file or folder";
      case AccessDeniedException e -> "permission denied";
      case DirectoryNotEmptyException e -> "it is a folder";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> fault.getMessage() == null ? fault.toString() : fault.getMessage();
    };
  }
}
