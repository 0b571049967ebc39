package dev.jora.hub;

import dev.jora.fault.Parameter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Models of the hub, as files of its cache: what is there is used, what is not is fetched. */
public final class Hub implements AutoCloseable {
  private static final int SHOWN = 8;

  private final HubSettings settings;
  private final HubListener listener;
  private final Transport transport;
  private final HubApi api;

  /** A hub as settings say. */
  public Hub(HubSettings settings, HubListener listener) {
    this.settings = settings;
    this.listener = listener;
    this.transport = new Transport(settings, listener);
    this.api = new HubApi(transport, settings.endpoint());
  }

  /**
   * Brings a model to the disk.
   *
   * @param revision a branch, tag or commit; null: main
   * @return its file, of a set the first part; of a checkpoint its folder
   * @throws HubException if it cannot be had
   * @throws IOException if the disk fails
   */
  public Path pull(HubName name, String revision) throws IOException {
    if (settings.offline()) {
      Path found = cached(name, revision);
      if (found == null) {
        throw HubException.of(
            "%s is not in %s, and nothing is fetched: leave out %s (HF_HUB_OFFLINE)",
            name, settings.cache(), new Parameter("offline"));
      }
      return found;
    }
    try {
      return name.file() != null ? file(name, revision) : chosen(name, revision);
    } catch (FileSystemException e) {
      throw HubException.unwritable(e, "HF_HUB_CACHE");
    } catch (HubException e) {
      Path found = e.isUnreachable() ? cached(name, revision) : null;
      if (found == null) {
        throw e;
      }
      listener.note(e.getMessage() + ": " + found + " is used, which was fetched before");
      return found;
    }
  }

  private Path chosen(HubName name, String revision) throws IOException {
    HubApi.Commit commit = api.commit(name.repository(), revision);
    List<HubFile> files = api.tree(name.repository(), commit.id());
    List<String> paths = files.stream().map(HubFile::path).toList();
    String gguf = FileChoice.gguf(paths, name.quant());
    List<String> wanted =
        gguf != null
            ? FileChoice.parts(gguf)
            : name.quant() == null ? FileChoice.checkpoint(paths) : List.of();
    if (wanted.isEmpty()) {
      throw none(name, paths);
    }
    HubCache cache = new HubCache(settings, name.repository());
    Map<String, HubFile> byPath = new HashMap<>();
    files.forEach(file -> byPath.putIfAbsent(file.path(), file));
    List<HubFile> all = new ArrayList<>();
    for (String path : wanted) {
      if (!byPath.containsKey(path)) {
        throw HubException.of("%s has no %s, a part of it", name, path);
      }
      all.add(byPath.get(path));
    }
    requireSpace(cache, name, commit.id(), all);
    for (HubFile file : all) {
      bring(cache, name.repository(), commit.id(), file);
    }
    note(cache, commit);
    return gguf == null ? cache.snapshot(commit.id()) : cache.pointer(commit.id(), wanted.get(0));
  }

  private static HubException none(HubName name, List<String> paths) {
    List<String> models = paths.stream().filter(p -> p.endsWith(".gguf")).toList();
    if (models.isEmpty()) {
      return HubException.of(
          "%s has neither a GGUF file nor safetensors: found %s", name, shown(paths));
    }
    return HubException.of("%s: no GGUF file of this name, there are %s", name, shown(models));
  }

  private static String shown(List<String> paths) {
    String all = String.join(", ", paths.subList(0, Math.min(SHOWN, paths.size())));
    return paths.isEmpty() ? "nothing" : paths.size() > SHOWN ? all + ", ..." : all;
  }

  private Path file(HubName name, String revision) throws IOException {
    HubCache cache = new HubCache(settings, name.repository());
    String ref = revision == null ? "main" : revision;
    String at = ref;
    List<String> parts = FileChoice.parts(name.file());
    List<HubFile> files = new ArrayList<>();
    for (String path : parts) {
      HubApi.Head head = api.head(name.repository(), at, path);
      at = head.commit();
      files.add(head.file());
    }
    requireSpace(cache, name, at, files);
    for (HubFile file : files) {
      bring(cache, name.repository(), at, file);
    }
    boolean named = !HubApi.COMMIT.matcher(ref).matches() && HubFile.isInside(ref);
    note(cache, new HubApi.Commit(at, named ? ref : null));
    return cache.pointer(at, parts.get(0));
  }

  /** Sees that the disk has room for all that is to come, before the first byte. */
  private void requireSpace(HubCache cache, HubName name, String commit, List<HubFile> files)
      throws IOException {
    long needed = 0;
    Set<String> counted = new HashSet<>();
    for (HubFile file : files) {
      boolean there = cache.has(commit, file) || cache.hasBlob(file);
      if (!there && counted.add(file.hash())) {
        needed += PartBlob.missing(cache.part(file.hash(), true), file.size());
        needed = needed < 0 ? Long.MAX_VALUE : needed;
      }
    }
    if (needed > 0) {
      String what = files.size() == 1 ? files.get(0).path() : name.toString();
      Fetch.requireSpace(cache.folder(), what, needed);
    }
  }

  /** A cache that cannot be written may have all the same what is asked for. */
  private void note(HubCache cache, HubApi.Commit commit) {
    try {
      cache.ref(commit);
    } catch (IOException e) {
      listener.note("which commit " + commit.ref() + " is cannot be noted in " + cache.folder());
    }
  }

  private void bring(HubCache cache, String repository, String commit, HubFile file)
      throws IOException {
    if (cache.has(commit, file)) {
      return;
    }
    Files.createDirectories(cache.folder().resolve("blobs"));
    // huggingface_hub takes a repository without snapshots for a broken one.
    Files.createDirectories(cache.pointer(commit, file.path()).getParent());
    try (BlobLock lock = BlobLock.take(cache.lock(file.hash()), file.path(), listener)) {
      if (cache.has(commit, file)) {
        return; // who had the lock fetched it
      }
      if (!cache.hasBlob(file)) {
        Fetch.Wanted wanted =
            new Fetch.Wanted(
                api.address(repository, commit, file.path()),
                file.path(),
                file.size(),
                file.hash(),
                null);
        Path part = cache.part(file.hash(), lock.isHeld());
        Fetch.run(transport, settings, listener, wanted, part, cache.blob(file.hash()));
      }
      cache.point(commit, file);
    }
  }

  /** What the cache has of that name, whole; or null. */
  private Path cached(HubName name, String revision) throws IOException {
    HubCache cache = new HubCache(settings, name.repository());
    for (String commit : cache.commits(revision)) {
      List<String> paths = cache.files(commit);
      String gguf = name.file() != null ? name.file() : FileChoice.gguf(paths, name.quant());
      if (gguf != null && paths.containsAll(FileChoice.parts(gguf))) {
        return cache.pointer(commit, FileChoice.parts(gguf).get(0));
      }
      List<String> checkpoint = FileChoice.checkpoint(paths);
      if (gguf == null && name.quant() == null && isWhole(checkpoint)) {
        return cache.snapshot(commit);
      }
    }
    return null;
  }

  private static boolean isWhole(List<String> checkpoint) {
    Set<String> all = new HashSet<>(checkpoint);
    List<String> needed = new ArrayList<>();
    checkpoint.forEach(path -> needed.addAll(FileChoice.parts(path)));
    return all.contains("config.json") && all.containsAll(needed);
  }

  @Override
  public void close() {
    transport.close();
  }
}
