package dev.jora.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What goes with a model out of the hub's cache: its places in snapshots, and contents that nothing
 * else uses.
 *
 * @param name the model
 * @param paths what is deleted, in this order; nothing outside the model's folder in the cache
 * @param bytes that become free
 */
public record Removal(HubName name, List<Path> paths, long bytes) {
  private static final Set<String> OTHERS = Set.of("ollama", "lmstudio");

  /**
   * Finds it.
   *
   * @param text {@code USER/NAME}, {@code USER/NAME:QUANT} or {@code USER/NAME/FILE}
   * @throws HubException if the cache has no such model
   */
  public static Removal of(HubSettings settings, String text) throws IOException {
    String store = text.contains(":") ? text.substring(0, text.indexOf(':')) : "";
    if (OTHERS.contains(store)) {
      throw HubException.of(
          "%s is %s's: jora removes only what is in the hub's cache", text, store);
    }
    HubName name = HubName.of(text);
    HubCache cache = new HubCache(settings, name.repository());
    Path folder = cache.folder();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw HubException.of("%s is not in %s", name.repository(), settings.cache());
    }
    List<Path> all = entries(folder);
    List<Path> gone =
        name.file() == null && name.quant() == null ? all : files(cache, name, folder);
    if (gone.isEmpty()) {
      throw HubException.of("%s is not in %s", name, settings.cache());
    }
    long bytes = 0;
    for (Path path : gone) {
      bytes += Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) ? Files.size(path) : 0;
    }
    return new Removal(name, gone, bytes);
  }

  /** Everything below a folder and it, the deepest first; links are not followed. */
  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static List<Path> files(HubCache cache, HubName name, Path folder) throws IOException {
    Set<Path> pointers = new HashSet<>();
    Set<Path> used = new HashSet<>();
    for (String commit : cache.commits(null)) {
      List<String> paths = cache.files(commit);
      String first = name.file() != null ? name.file() : FileChoice.gguf(paths, name.quant());
      List<String> parts = first == null ? List.of() : FileChoice.parts(first);
      for (String path : paths) {
        (parts.contains(path) ? pointers : used).add(cache.pointer(commit, path));
      }
    }
    Set<Path> kept = new HashSet<>();
    for (Path path : used) {
      kept.add(path.toRealPath());
    }
    Path blobs = folder.resolve("blobs");
    List<Path> gone = new ArrayList<>(pointers);
    for (Path pointer : pointers) {
      Path blob = pointer.toRealPath();
      boolean ours = Files.isDirectory(blobs) && blob.startsWith(blobs.toRealPath());
      if (Files.isSymbolicLink(pointer) && ours && kept.add(blob)) {
        gone.add(blob);
      }
    }
    return gone;
  }

  /** Deletes it. */
  public void run() throws IOException {
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
