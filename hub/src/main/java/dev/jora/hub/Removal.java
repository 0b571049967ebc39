package dev.jora.hub;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What goes with a model out of the hub's cache: its places in snapshots, and contents that nothing
 * else uses.
 *
 * @param name the model
 * @param cache the hub's cache
 * @param paths what is deleted, in this order; nothing outside the model's folder in the cache
 * @param shared contents of the store that repositories share, which go if nothing else uses them
 * @param bytes that become free
 */
public record Removal(HubName name, Path cache, List<Path> paths, Set<Path> shared, long bytes) {
  private static final Set<String> OTHERS = Set.of("ollama", "lmstudio");

  /**
   * Finds it.
   *
   * @param text a name, such as {@code USER/NAME:QUANT}, or an address of the hub; of all revisions
   * @throws HubException if the cache has no such model
   */
  public static Removal of(HubSettings settings, String text) throws IOException {
    String store = text.contains(":") ? text.substring(0, text.indexOf(':')) : "";
    if (OTHERS.contains(store)) {
      throw HubException.of(
          "%s is %s's: jora removes only what is in the hub's cache", text, store);
    }
    HubName name = HubAddress.of(text, settings.endpoint()).name();
    HubCache repository = new HubCache(settings, name.repository());
    Path folder = repository.folder();
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw HubException.of("%s is not in %s", name.repository(), settings.cache());
    }
    requireFolder(folder);
    List<Path> gone =
        name.file() == null && name.quant() == null ? entries(folder) : files(repository, name);
    if (gone.isEmpty()) {
      throw HubException.of("%s is not in %s", name, settings.cache());
    }
    SharedBlobs shares = new SharedBlobs(settings.cache());
    Set<Path> shared = new LinkedHashSet<>();
    long bytes = 0;
    for (Path path : gone) {
      bytes += Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
      Path content = path.getParent().equals(blobs(folder)) ? shares.content(path) : null;
      if (content != null && shared.add(content)) {
        bytes += shares.isUsedOnlyBy(content, new HashSet<>(gone)) ? Files.size(content) : 0;
      }
    }
    return new Removal(name, settings.cache(), gone, shared, bytes);
  }

  private static Path blobs(Path folder) {
    return folder.resolve("blobs");
  }

  /** What is behind a link is somebody else's. */
  private static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw HubException.of(
          "%s is a link or a file, not a folder of the hub's cache: jora removes nothing there",
          folder);
    }
  }

  /** Everything below a folder and it, the deepest first; links are not followed. */
  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static List<Path> files(HubCache cache, HubName name) throws IOException {
    Path blobs = blobs(cache.folder());
    for (Path folder : List.of(blobs, cache.folder().resolve("snapshots"))) {
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        requireFolder(folder);
      }
    }
    Set<Path> pointers = new LinkedHashSet<>();
    Set<Path> kept = new HashSet<>();
    for (String commit : cache.commits(null)) {
      List<String> paths = cache.files(commit);
      String first = name.file() != null ? name.file() : FileChoice.gguf(paths, name.quant());
      List<String> parts = first == null ? List.of() : FileChoice.parts(first);
      for (String path : paths) {
        Path pointer = cache.pointer(commit, path);
        if (parts.contains(path)) {
          pointers.add(pointer);
        } else {
          kept.add(target(pointer));
          kept.add(pointer.toRealPath());
        }
      }
    }
    List<Path> gone = new ArrayList<>(pointers);
    for (Path pointer : pointers) {
      Path blob = target(pointer);
      boolean ours = blob.getParent().equals(blobs.normalize());
      if (ours && !kept.contains(pointer.toRealPath()) && kept.add(blob)) {
        gone.add(blobs.resolve(blob.getFileName()));
      }
    }
    return gone;
  }

  /** What a link names; a file itself. */
  private static Path target(Path path) throws IOException {
    return Files.isSymbolicLink(path)
        ? path.resolveSibling(Files.readSymbolicLink(path)).normalize()
        : path;
  }

  /** Deletes it. */
  public void run() throws IOException {
    for (Path path : paths) {
      Files.deleteIfExists(path);
      deleteEmpty(path.getParent());
    }
    SharedBlobs store = new SharedBlobs(cache);
    for (Path content : shared) {
      store.sweep(content);
    }
  }

  /** Folders in a snapshot that have become empty; the snapshot itself stays, a ref names it. */
  private void deleteEmpty(Path folder) throws IOException {
    Path snapshots = cache.resolve(HubCache.folderName(name.repository())).resolve("snapshots");
    int depth = snapshots.getNameCount() + 1;
    try {
      for (Path f = folder;
          f.startsWith(snapshots) && f.getNameCount() > depth;
          f = f.getParent()) {
        Files.deleteIfExists(f);
      }
    } catch (DirectoryNotEmptyException e) {
      // still of use
    }
  }
}
