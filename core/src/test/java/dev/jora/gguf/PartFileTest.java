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
import java.util.ArrayList;
import java.util.List;
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

  /** Writes a file until it is killed, or fails with its message. */
  public static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      try (PartFile out = new PartFile(Path.of(args[0]))) {
        write(out, "of another process");
        System.out.println("writing");
        System.in.read();
        out.finish();
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static Process other(Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            file.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String line(Process process) throws IOException {
    return process.inputReader().readLine();
  }

  @Test
  void twoProcessesDoNotWriteTheSameFile() throws Exception {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a.bin"));
    Process first = other(file);
    assertEquals("writing", line(first));
    for (Path name : List.of(file, link, folder.resolve("../" + folder.getFileName() + "/a.bin"))) {
      IOException e = assertThrows(IOException.class, () -> new PartFile(name));
      assertTrue(e.getMessage().contains("is writing it already"), e.getMessage());
      assertTrue(e.getMessage().contains("a.bin.part"), e.getMessage());
      if (Files.isReadable(Path.of("/proc/locks"))) {
        assertTrue(e.getMessage().contains("process " + first.pid()), e.getMessage());
      }
    }
    first.getOutputStream().close();
    assertEquals(0, first.waitFor());
    assertEquals("of another process", Files.readString(file));
    try (PartFile out = new PartFile(link)) {
      write(out, "then of this one");
      out.finish();
    }
    assertEquals("then of this one", Files.readString(file));
  }

  @Test
  void ofManyAtOnceOneWrites() throws Exception {
    Path file = folder.resolve("a.bin");
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(other(file));
    }
    int writing = 0;
    for (Process process : all) {
      String line = line(process);
      assertTrue(line.equals("writing") || line.contains("is writing it already"), line);
      writing += line.equals("writing") ? 1 : 0;
    }
    assertEquals(1, writing);
    for (Process process : all) {
      process.getOutputStream().close();
      assertEquals(0, process.waitFor());
    }
    assertEquals("of another process", Files.readString(file));
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
  }

  @Test
  void whatAKilledProcessLeftIsInNobodysWay() throws Exception {
    Path file = folder.resolve("a.bin");
    Process first = other(file);
    assertEquals("writing", line(first));
    first.destroyForcibly().waitFor();
    assertTrue(Files.exists(folder.resolve("a.bin.part")));
    try (PartFile out = new PartFile(file)) {
      write(out, "new");
      out.finish();
    }
    assertEquals("new", Files.readString(file));
    assertFalse(Files.exists(folder.resolve("a.bin.part")));
  }

  @Test
  void noLinkIsWrittenTo() throws IOException {
    Path file = folder.resolve("a.bin");
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path part = PartFile.nameFor(file);
    Files.createSymbolicLink(part, victim);
    IOException e = assertThrows(IOException.class, () -> new PartFile(file));
    assertTrue(e.getMessage().contains(part + " is in the way"), e.getMessage());
    Files.delete(part);
    Files.createLink(part, victim);
    try (PartFile out = new PartFile(file)) {
      write(out, "new");
      out.finish();
    }
    assertEquals("precious", Files.readString(victim));
    assertEquals("new", Files.readString(file));
  }

  @Test
  void aLinkToNothingStaysALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("none.bin"));
    try (PartFile out = new PartFile(link)) {
      write(out, "new");
      out.finish();
    }
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(folder.resolve("none.bin")));
    Path one = Files.createSymbolicLink(folder.resolve("one"), Path.of("two"));
    Files.createSymbolicLink(folder.resolve("two"), Path.of("one"));
    assertThrows(IOException.class, () -> new PartFile(one));
  }

  @Test
  void aPartThatWasReplacedIsNotTakenForOurs() throws IOException {
    Path file = Files.writeString(folder.resolve("a.bin"), "old");
    try (PartFile out = new PartFile(file)) {
      write(out, "new");
      Files.delete(PartFile.nameFor(file));
      Files.writeString(PartFile.nameFor(file), "of somebody else");
      assertThrows(IOException.class, out::finish);
    }
    assertEquals("old", Files.readString(file));
    assertEquals("of somebody else", Files.readString(PartFile.nameFor(file)));
  }

  @Test
  void aDeviceStaysADevice() throws IOException {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.isWritable(device));
    assertTrue(PartFile.isStream(device));
    try (PartFile out = new PartFile(device)) {
      write(out, "into nothing");
      assertEquals(12, out.written());
      out.finish();
    }
    assertFalse(Files.isRegularFile(device));
    assertFalse(PartFile.isStream(Files.createFile(folder.resolve("file"))));
    assertFalse(PartFile.isStream(folder.resolve("none")));
  }

  @Test
  void aFullDiskIsNamed() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.isWritable(full));
    try (PartFile out = new PartFile(full)) {
      IOException e = assertThrows(IOException.class, () -> write(out, "x"));
      assertTrue(e.getMessage().startsWith("/dev/full: "), e.getMessage());
    }
  }
}
