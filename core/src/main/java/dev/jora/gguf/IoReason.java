package dev.jora.gguf;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file cannot be read or written, in words: many exceptions say no more than its name. */
public final class IoReason {
  private IoReason() {}

  /** The reason, without the name of the file. */
  public static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException absent -> "no such file or folder";
      case FileAlreadyExistsException there -> "it is there already";
      case NotDirectoryException none -> "it is no folder";
      case DirectoryNotEmptyException full -> "it is a folder";
      case FileSystemLoopException loop -> "its links lead in a circle";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case FileSystemException other -> "the system does not say why";
      case CharacterCodingException text -> "it is no UTF-8 text";
      default -> e.getMessage() != null ? e.getMessage() : e.toString();
    };
  }
}
