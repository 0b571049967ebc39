package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class IoReasonTest {
  /** The exceptions of the file system have a path for a message, and no reason in it. */
  @Test
  void theReasonIsSaidAndNotThePathAgain() {
    assertEquals("permission denied", IoReason.of(new AccessDeniedException("/a/b")));
    assertEquals("no such file or folder", IoReason.of(new NoSuchFileException("/a/b")));
    assertEquals("it is a folder", IoReason.of(new DirectoryNotEmptyException("/a/b")));
    assertEquals(
        "Is a directory", IoReason.of(new FileSystemException("/a/b", null, "Is a directory")));
    assertEquals(
        "No space left on device", IoReason.of(new IOException("No space left on device")));
    assertEquals("java.io.IOException", IoReason.of(new IOException()));
  }
}
