package dev.jora.hub;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The store of blobs that repositories share, huggingface_hub's: a repository's blob is a link to
 * {@code blobs/XX/HASH} of the cache, and {@code HASH.refs} lists those that are. As its users do,
 * a content is deleted under its lock and only if that list is there and names no link any more.
 */
final class SharedBlobs {
  private static final String MARK = ".huggingface-shared-blobs";
  private static final String VERSION = "1";

  private final Path cache;
  private final Path store;

  SharedBlobs(Path cache) {
    this.cache = cache;
    this.store = cache.resolve("blobs");
  }

  /** The content that a repository's blob is a link to; null if it is no such link. */
  Path content(Path blob) throws IOException {
    if (!Files.isSymbolicLink(blob) || !isStore()) {
      return null;
    }
    Path target = blob.resolveSibling(Files.readSymbolicLink(blob)).normalize();
    boolean inside =
        target.startsWith(store.normalize())
            && target.getNameCount() == store.normalize().getNameCount() + 2
            && target.getFileName().toString().matches("[0-9a-f]{64}")
            && target.getFileName().toString().startsWith(target.getParent().getFileName() + "");
    return inside && Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS) ? target : null;
  }

  private boolean isStore() throws IOException {
    Path mark = store.resolve(MARK);
    return Files.isDirectory(store, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)
        && Files.size(mark) <= 16
        && Files.readString(mark).strip().equals(VERSION);
  }

  private static Path list(Path content) {
    return content.resolveSibling(content.getFileName() + ".refs");
  }

  /** True if nothing uses a content but these links; false where nobody can say. */
  boolean isUsedOnlyBy(Path content, Set<Path> links) throws IOException {
    if (!Files.isRegularFile(list(content), LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    List<String> lines;
    try {
      lines = Files.readAllLines(list(content));
    } catch (CharacterCodingException e) {
      return false;
    }
    Set<Path> used = new HashSet<>();
    for (String line : lines) {
      Path blob = HubFile.isInside(line) ? cache.resolve(line) : null;
      if (blob != null && content.equals(content(blob))) {
        used.add(blob.normalize());
      }
    }
    links.forEach(link -> used.remove(link.normalize()));
    return used.isEmpty();
  }

  /** Deletes a content that nothing uses any more. */
  void sweep(Path content) throws IOException {
    Path lock = content.resolveSibling(content.getFileName() + ".lock");
    if (Files.isSymbolicLink(lock)) {
      return; // nobody's that means well
    }
    try (BlobLock held = BlobLock.take(lock, content.toString(), HubListener.NONE)) {
      if (held.isHeld() && isUsedOnlyBy(content, Set.of())) {
        Files.deleteIfExists(content);
        Files.deleteIfExists(list(content));
      }
    }
  }
}
