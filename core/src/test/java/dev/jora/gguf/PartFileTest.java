package dev.jora.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A name belongs to whole files only. */
class PartFileTest {
  @TempDir Path folder;

  private static void write(PartFile out, String text) throws IOException {
    out.write(StandardCharsets.UTF_8.encode(text));
  }

  @Test
  void aFinishedFileTakesThePlaceOfTheOld() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    Files.writeString(PartFile.nameFor(file), "left by somebody, and longer");
    try (PartFile out = new PartFile(file)) {
      write(out, "ne");
      assertEquals("old", Files.readString(file));
      write(out, "w");
      out.finish();
      assertEquals("new", Files.readString(file));
    }
    assertEquals("new", Files.readString(file));
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
  }

  @Test
  void whatIsNotFinishedLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    try (PartFile out = new PartFile(file)) {
      write(out, "new");
    }
    assertEquals("old", Files.readString(file));
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
  }

  @Test
  void whereThereIsNoFolderThereIsNoFile() {
    assertThrows(IOException.class, () -> new PartFile(folder.resolve("none/a.bin")));
  }

  @Test
  void aNameThatCannotBeTakenLeavesNoPart() throws IOException {
    Path taken = folder.resolve("a.bin");
    try (PartFile out = new PartFile(taken)) {
      write(out, "new");
      Files.createDirectories(taken.resolve("full"));
      assertThrows(IOException.class, out::finish);
    }
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
    assertThrows(IOException.class, () -> new PartFile(taken), "told before any work");
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
  }

  @Test
  void aLinkStaysALinkAndPermissionsStay() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    try (PartFile out = new PartFile(link)) {
      write(out, "new");
      out.finish();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }
}
