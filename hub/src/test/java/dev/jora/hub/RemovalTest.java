package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes, and that nothing goes that is somebody else's. */
class RemovalTest {
  private static final String OLDER = "89abcdef0123456789abcdef0123456789abcdef";
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  @TempDir Path home;
  private HubSettings settings;
  private Path repository;
  private Path outside;

  @BeforeEach
  void aCache() throws Exception {
    settings = HubSettings.of(name -> null, home);
    repository = settings.cache().resolve("models--user--repo");
    outside = Files.createDirectories(home.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "precious");
  }

  private Path blob(Path folder, String hash) throws Exception {
    Path blob = folder.resolve("blobs").resolve(hash);
    Files.createDirectories(blob.getParent());
    return Files.writeString(blob, hash);
  }

  private Path pointer(Path folder, String commit, String path, Path to) throws Exception {
    Path pointer = folder.resolve("snapshots").resolve(commit).resolve(path);
    Files.createDirectories(pointer.getParent());
    return Files.createSymbolicLink(pointer, pointer.getParent().relativize(to));
  }

  private Removal remove(String name) throws Exception {
    Removal removal = Removal.of(settings, name);
    removal.run();
    return removal;
  }

  private void isThere(Path path) {
    assertTrue(Files.exists(path, LinkOption.NOFOLLOW_LINKS), path + " is gone");
  }

  private void isGone(Path path) {
    assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS), path + " is there");
  }

  @Test
  void whatAnotherRevisionUsesStays() throws Exception {
    Path a = blob(repository, A);
    Path b = blob(repository, B);
    Path newest = pointer(repository, HubServer.COMMIT, "x/m-Q8_0.gguf", a);
    Path older = pointer(repository, OLDER, "renamed.gguf", a);
    Path other = pointer(repository, OLDER, "m-Q8_0.gguf", b);
    Removal removal = remove("user/repo:Q8_0");
    assertEquals(64, removal.bytes(), "that of b");
    List.of(newest, other, b, newest.getParent()).forEach(this::isGone);
    List.of(older, a, repository.resolve("snapshots/" + HubServer.COMMIT)).forEach(this::isThere);
    remove("user/repo/renamed.gguf");
    isGone(a);
  }

  @Test
  void theTargetOfALinkThatLeavesTheFolderStays() throws Exception {
    Path precious = outside.resolve("precious");
    for (String path : List.of("m.gguf", "deep/n.gguf")) {
      Path pointer = pointer(repository, HubServer.COMMIT, path, precious);
      remove("user/repo/" + path);
      isGone(pointer);
      isThere(precious);
    }
    Path absolute = repository.resolve("snapshots/" + HubServer.COMMIT + "/m.gguf");
    Files.createSymbolicLink(absolute, precious);
    Files.createSymbolicLink(absolute.resolveSibling("folder"), outside);
    remove("user/repo");
    isGone(repository);
    isThere(precious);
  }

  @Test
  void foldersThatAreLinksAreNotEntered() throws Exception {
    Path a = Files.writeString(outside.resolve(A), A);
    Path pointer =
        pointer(repository, HubServer.COMMIT, "m.gguf", repository.resolve("blobs").resolve(A));
    Files.createSymbolicLink(repository.resolve("blobs"), outside);
    HubException e = assertThrows(HubException.class, () -> remove("user/repo/m.gguf"));
    assertTrue(e.getMessage().contains("is a link"), e.getMessage());
    List.of(a, pointer).forEach(this::isThere);
    remove("user/repo"); // the links go, not what they lead to
    isThere(a);
    isGone(repository);

    Path real = outside.resolve("snapshots/" + HubServer.COMMIT + "/m.gguf");
    Files.createDirectories(real.getParent());
    Files.writeString(real, "x");
    Files.createDirectories(repository);
    Files.createSymbolicLink(repository.resolve("snapshots"), outside.resolve("snapshots"));
    assertThrows(HubException.class, () -> remove("user/repo/m.gguf"));
    remove("user/repo");
    isThere(real);

    Files.createSymbolicLink(repository, outside);
    for (String name : List.of("user/repo", "user/repo/m.gguf")) {
      assertThrows(HubException.class, () -> remove(name));
    }
    isThere(real);
  }

  @Test
  void aSnapshotThatIsALinkOrLeadsAwayHasNoFiles() throws Exception {
    Files.createDirectories(repository.resolve("snapshots"));
    Path files = Files.createDirectories(outside.resolve("files"));
    Files.writeString(files.resolve("m.gguf"), "x");
    Files.createSymbolicLink(repository.resolve("snapshots/" + OLDER), files);
    Files.createDirectories(repository.resolve("snapshots/" + HubServer.COMMIT));
    Files.createSymbolicLink(
        repository.resolve("snapshots/" + HubServer.COMMIT + "/folder"), files);
    for (String name : List.of("user/repo/m.gguf", "user/repo/folder/m.gguf")) {
      assertThrows(HubException.class, () -> remove(name), name);
    }
    isThere(files.resolve("m.gguf"));
  }

  @Test
  void aSharedContentGoesWithItsLastUser() throws Exception {
    Path store = settings.cache().resolve("blobs");
    Path content = store.resolve("ab").resolve("ab".repeat(32));
    Files.createDirectories(content.getParent());
    Files.writeString(store.resolve(".huggingface-shared-blobs"), "1\n");
    Path fork = settings.cache().resolve("models--user--fork");
    StringBuilder users = new StringBuilder("../outside/x\n/etc/passwd\nmodels--a--b/blobs/c\n");
    Files.writeString(content, "content");
    for (Path folder : List.of(repository, fork)) {
      Path blob = folder.resolve("blobs").resolve(A);
      Files.createDirectories(blob.getParent());
      Files.createSymbolicLink(blob, blob.getParent().relativize(content));
      pointer(folder, HubServer.COMMIT, "m.gguf", blob);
      users.append(settings.cache().relativize(blob)).append('\n');
    }
    Path list = content.resolveSibling(content.getFileName() + ".refs");
    Files.writeString(list, users);
    assertEquals(0, remove("user/repo/m.gguf").bytes());
    isThere(content);
    isGone(repository.resolve("blobs").resolve(A));
    Files.delete(list);
    Removal.of(settings, "user/fork"); // nobody can say who uses it
    Files.writeString(list, users);
    assertEquals("content".length(), remove("user/fork").bytes());
    List.of(content, list).forEach(this::isGone);
    isThere(outside.resolve("precious"));
  }

  @Test
  void aSharedContentWithoutAListStays() throws Exception {
    Path store = settings.cache().resolve("blobs");
    Path content = store.resolve("ab").resolve("ab".repeat(32));
    Files.createDirectories(content.getParent());
    Files.writeString(content, "content");
    for (boolean marked : new boolean[] {false, true}) {
      if (marked) {
        Files.writeString(store.resolve(".huggingface-shared-blobs"), "1\n");
      }
      Path blob = repository.resolve("blobs").resolve(A);
      Files.createDirectories(blob.getParent());
      Files.createSymbolicLink(blob, blob.getParent().relativize(content));
      remove("user/repo");
      isGone(repository);
      isThere(content);
    }
  }

  @Test
  void aLockIsHeldOnce() throws Exception {
    Path file = Files.createFile(home.resolve("x.lock"));
    try (Flock first = Flock.attempt(file)) {
      if (first.outcome() == Flock.Outcome.TAKEN) {
        assertEquals(Flock.Outcome.BUSY, Flock.attempt(file).outcome());
      }
    }
    try (Flock again = Flock.attempt(file);
        BlobLock none = again.outcome() == Flock.Outcome.TAKEN ? null : lock(file)) {
      assertTrue(none == null || none.isHeld());
    }
    assertEquals(
        Flock.Outcome.UNKNOWN_HERE, Flock.attempt(home.resolve("absent/x.lock")).outcome());
  }

  private static BlobLock lock(Path file) throws Exception {
    return BlobLock.take(file, "x", HubListener.NONE);
  }
}
