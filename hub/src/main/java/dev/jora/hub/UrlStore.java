package dev.jora.hub;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Models from addresses that are no hub's, each in a folder of its own. */
public final class UrlStore implements AutoCloseable {
  /** What is said of a file before it is fetched. */
  private record Head(long size, String tag, String modified) {
    String version() {
      return tag.isEmpty() ? modified : tag;
    }

    /** What a part may be asked for with; null: parts of two versions could be mixed. */
    String validator() {
      return tag.startsWith("\"") ? tag : modified.isEmpty() ? null : modified;
    }
  }

  private final HubSettings settings;
  private final HubListener listener;
  private final Transport transport;

  /** A store as settings say. */
  public UrlStore(HubSettings settings, HubListener listener) {
    this.settings = settings;
    this.listener = listener;
    this.transport = new Transport(settings, listener);
  }

  /**
   * Brings the model at an address to the disk, all parts of a set.
   *
   * @return its file, of a set the first part
   * @throws HubException if it cannot be had
   */
  public Path pull(String address) throws IOException {
    HubAddress page = HubAddress.page(address, settings.endpoint());
    if (page != null) {
      try (Hub client = new Hub(settings, listener)) {
        return client.pull(page.name(), page.revision());
      }
    }
    URI uri = uri(address);
    String path = uri.getRawPath();
    String word = path.substring(path.lastIndexOf('/') + 1).replace("+", "%2B");
    String name = URLDecoder.decode(word, StandardCharsets.UTF_8);
    if (!HubFile.isInside(name) || name.contains("/")) {
      throw HubException.of("'%s' names no file: an address that ends in its name expected", uri);
    }
    Path folder = settings.urls().resolve(digest(uri.toString()));
    List<String> parts = FileChoice.parts(name);
    try {
      for (String part : parts) {
        bring(part.equals(name) ? uri : sibling(uri, part), folder, part);
      }
    } catch (FileSystemException e) {
      throw HubException.unwritable(e, "XDG_CACHE_HOME");
    }
    return folder.resolve(parts.get(0));
  }

  private static URI sibling(URI uri, String name) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.resolve(HubApi.encoded(name) + query);
  }

  private static URI uri(String address) {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && uri.getScheme().matches("(?i)https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw HubException.of("'%s' is no address of a file: like https://HOST/model.gguf", address);
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void bring(URI uri, Path folder, String name) throws IOException {
    Path target = folder.resolve(name);
    if (settings.offline() && Files.exists(target)) {
      return;
    }
    Head head;
    try {
      head =
          transport.tried(
              uri,
              () -> {
                try (Answer answer = transport.send("HEAD", uri, Map.of(), true)) {
                  String tag = answer.header("ETag").orElse("");
                  return new Head(answer.length(), tag, answer.header("Last-Modified").orElse(""));
                }
              });
    } catch (HubException e) {
      if (e.isUnreachable() && Files.exists(target)) {
        listener.note(e.getMessage() + ": " + target + " is used, which was fetched before");
        return;
      }
      throw e;
    }
    if (head.size() < 0) {
      throw HubException.of("%s does not say how long %s is: fetch it otherwise", uri, name);
    }
    String version = digest(head.version() + "\n" + head.size());
    Path note = folder.resolve(name + ".version");
    if (isThere(target, head.size(), note, version)) {
      return;
    }
    Files.createDirectories(folder);
    try (BlobLock lock = BlobLock.take(folder.resolve(name + ".lock"), name, listener)) {
      if (isThere(target, head.size(), note, version)) {
        return; // who had the lock fetched it
      }
      String own = lock.isHeld() ? "" : "-" + ProcessHandle.current().pid();
      Path part = folder.resolve(name + "." + version + own + ".incomplete");
      if (lock.isHeld()) {
        deleteOthers(part, name);
      }
      Fetch.Wanted wanted = new Fetch.Wanted(uri, name, head.size(), null, head.validator());
      Fetch.run(transport, settings, listener, wanted, part, target);
      Files.writeString(note, version);
    }
  }

  private static boolean isThere(Path target, long size, Path note, String version)
      throws IOException {
    return Files.exists(note)
        && Files.readString(note).equals(version)
        && Files.exists(target)
        && Files.size(target) == size;
  }

  /** What has come of other versions is of no use. */
  private static void deleteOthers(Path part, String name) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            part.getParent(),
            path ->
                path.getFileName().toString().startsWith(name + ".")
                    && path.toString().endsWith(".incomplete"))) {
      for (Path other : all) {
        if (!other.equals(part)) {
          Files.deleteIfExists(other);
        }
      }
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
