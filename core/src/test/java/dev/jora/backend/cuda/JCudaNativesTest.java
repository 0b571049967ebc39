package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native libraries, kept where nobody else can change them. */
final class JCudaNativesTest {
  private static final byte[] CONTENT = "a library".getBytes();

  @TempDir Path cache;

  @ParameterizedTest
  @ValueSource(
      strings = {"libJCudaDriver-12.6.0-linux-x86_64.so", "JCudaDriver-12.6.0-windows-x86_64.dll"})
  void everySystemHasItsLibrary(String name) {
    assertNotNull(JCudaNatives.class.getResource("lib/" + name));
  }

  @Test
  void theBuildCarriesNothingElseOfJCuda() throws IOException {
    Path folder =
        Path.of(
            System.getProperty("jora.root", ""), "core/target/classes/dev/jora/backend/cuda/lib");
    try (var files = Files.list(folder)) {
      List<String> names = files.map(f -> f.getFileName().toString()).sorted().toList();
      assertEquals(2, names.size(), names.toString());
    }
  }

  @Test
  void aFolderForTheUserAlone() throws IOException {
    Path file = JCudaNatives.keep(cache, "lib.so", CONTENT);
    assertArrayEquals(CONTENT, Files.readAllBytes(file));
    assertEquals(cache, file.getParent().getParent());
    assumeTrue(cache.getFileSystem().supportedFileAttributeViews().contains("posix"));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    JCudaNatives.keep(cache, "lib.so", CONTENT);
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
  }

  @Test
  void whatIsThereIsUsedAgain() throws IOException {
    Path first = JCudaNatives.keep(cache, "lib.so", CONTENT);
    var time = Files.getLastModifiedTime(first);
    assertEquals(first, JCudaNatives.keep(cache, "lib.so", CONTENT));
    assertEquals(time, Files.getLastModifiedTime(first));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a lib", "A library", "a library and more"})
  void whatWasChangedIsWrittenAgain(String other) throws IOException {
    Path file = JCudaNatives.keep(cache, "lib.so", CONTENT);
    Files.writeString(file, other);
    assertEquals(file, JCudaNatives.keep(cache, "lib.so", CONTENT));
    assertArrayEquals(CONTENT, Files.readAllBytes(file));
    try (var files = Files.list(file.getParent())) {
      assertEquals(1, files.count(), "nothing is left beside it");
    }
  }

  @Test
  void anotherLibraryHasAnotherFolder() throws IOException {
    byte[] other = Arrays.copyOf(CONTENT, CONTENT.length + 1);
    assertNotEquals(
        JCudaNatives.keep(cache, "lib.so", CONTENT), JCudaNatives.keep(cache, "lib.so", other));
  }

  @Test
  void whereNothingCanBeKeptAFolderOfItsOwn() throws IOException {
    Path file = Files.writeString(cache.resolve("no-folder"), "");
    Path kept = JCudaNatives.keep(file, "lib.so", CONTENT);
    assertFalse(kept.startsWith(cache));
    assertArrayEquals(CONTENT, Files.readAllBytes(kept));
    Path again = JCudaNatives.keep(file, "lib.so", CONTENT);
    assertNotEquals(kept, again);
    for (Path path : List.of(kept, again)) {
      Files.delete(path);
      Files.delete(path.getParent());
    }
  }

  @Test
  void theNameIsJCudas() {
    String name = JCudaNatives.fileName("JCudaDriver");
    String platform = LibUtils.createPlatformLibraryName("JCudaDriver-" + JCudaVersion.get());
    assertEquals(LibUtils.createLibraryFileName(platform), name);
  }
}
