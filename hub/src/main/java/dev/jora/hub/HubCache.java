package dev.jora.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** One repository in the hub's cache, in the layout that all programs share. */
final class HubCache {
  private static final int DEPTH = 100;

  private final HubSettings settings;
  private final String folderName;
  private final Path folder;

  HubCache(HubSettings settings, String repository) {
    this.settings = settings;
    this.folderName = folderName(repository);
    this.folder = settings.cache().resolve(folderName);
  }

  static String folderName(String repository) {
    return "models--" + repository.replace("/", "--");
  }

  Path folder() {
    return folder;
  }

  Path blob(String hash) {
    return folder.resolve("blobs").resolve(hash);
  }

  /** Where a file grows that nobody else writes. */
  Path part(String hash, boolean locked) {
    String own = locked ? "" : "-" + ProcessHandle.current().pid();
    return folder.resolve("blobs").resolve(hash + ".jora" + own + ".incomplete");
  }

  Path lock(String hash) {
    return locks().resolve(hash + ".lock");
  }

  Path locks() {
    return settings.cache().resolve(".locks").resolve(folderName);
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path pointer(String commit, String path) {
    try {
      return snapshot(commit).resolve(path);
    } catch (InvalidPathException e) {
      throw HubException.of(
          "%s cannot be the name of a file here: %s; set LC_ALL to a locale with UTF-8",
          path, e.getReason());
    }
  }

  /** Notes which commit a branch or tag is. */
  void ref(HubApi.Commit commit) throws IOException {
    if (commit.ref() != null) {
      Path ref = folder.resolve("refs").resolve(commit.ref());
      Files.createDirectories(ref.getParent());
      if (!Files.exists(ref) || !text(ref).equals(commit.id())) {
        // Not createTempFile's, which is the user's alone; and not among the refs, to be none.
        Path fresh = folder.resolve(".ref." + ProcessHandle.current().pid());
        try {
          Files.writeString(fresh, commit.id());
          Files.move(fresh, ref, StandardCopyOption.REPLACE_EXISTING);
        } finally {
          Files.deleteIfExists(fresh);
        }
      }
    }
  }

  /** True if a file is in a snapshot, whole. */
  boolean has(String commit, HubFile file) throws IOException {
    Path pointer = pointer(commit, file.path());
    return Files.isRegularFile(pointer) && Files.size(pointer) == file.size();
  }

  /** True if a content is there, whole. */
  boolean hasBlob(HubFile file) throws IOException {
    Path blob = blob(file.hash());
    return Files.isRegularFile(blob) && Files.size(blob) == file.size();
  }

  /** Puts a content into a snapshot: a link, or the file itself where there can be none. */
  void point(String commit, HubFile file) throws IOException {
    Path pointer = pointer(commit, file.path());
    Files.createDirectories(pointer.getParent());
    Path blob = blob(file.hash());
    if (settings.links()) {
      Path target = pointer.getParent().relativize(blob);
      try {
        Files.deleteIfExists(pointer);
        Files.createSymbolicLink(pointer, target);
        return;
      } catch (FileAlreadyExistsException e) {
        return; // another process was quicker
      } catch (UnsupportedOperationException | IOException e) {
        // a disk without links, or a user who may make none
      }
    }
    try {
      Files.move(blob, pointer, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(blob, pointer, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The commits whose snapshots are there: a revision's, else main's first and then the newest. */
  List<String> commits(String revision) throws IOException {
    List<String> commits = new ArrayList<>();
    String wanted = revision == null ? "main" : revision;
    Path ref = folder.resolve("refs").resolve(wanted);
    if (HubApi.COMMIT.matcher(wanted).matches()) {
      commits.add(wanted);
    } else if (HubFile.isInside(wanted) && Files.isRegularFile(ref)) {
      commits.add(text(ref).strip());
    }
    Path snapshots = folder.resolve("snapshots");
    if (revision == null && Files.isDirectory(snapshots)) {
      try (Stream<Path> all = Files.list(snapshots)) {
        all.sorted(Comparator.comparing(HubCache::modified).reversed())
            .map(path -> path.getFileName().toString())
            .filter(commit -> !commits.contains(commit))
            .forEach(commits::add);
      }
    }
    commits.removeIf(commit -> !HubApi.COMMIT.matcher(commit).matches());
    return commits;
  }

  /** A ref's text, whatever its bytes are. */
  private static String text(Path ref) throws IOException {
    return Files.readString(ref, StandardCharsets.ISO_8859_1);
  }

  private static long modified(Path path) {
    return path.toFile().lastModified();
  }

  /**
   * The paths of a snapshot's files in the order of their names; links that lead nowhere are not.
   */
  List<String> files(String commit) throws IOException {
    Path snapshot = snapshot(commit);
    if (!Files.isDirectory(snapshot, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    return FolderWalk.files(snapshot, DEPTH, false).stream()
        .map(path -> snapshot.relativize(path).toString().replace('\\', '/'))
        .sorted()
        .toList();
  }
}
