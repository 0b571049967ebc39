package dev.jora.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Models from addresses that are no hub's, each in a folder of its own. */
public final class UrlStore implements AutoCloseable {
  private static final Pattern HUB =
      Pattern.compile("/([^/]+/[^/]+)/(?:resolve|blob)/([^/]+)/(.+)");

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
    URI uri = uri(address);
    Matcher hub = HUB.matcher(String.valueOf(uri.getPath()));
    if (Transport.origin(uri).equals(Transport.origin(settings.endpoint())) && hub.matches()) {
      try (Hub client = new Hub(settings, listener)) {
        HubName name = HubName.of(hub.group(1) + "/" + hub.group(3));
        return client.pull(name, hub.group(2));
      }
    }
    String path = uri.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!HubFile.isInside(name)) {
      throw HubException.of("'%s' names no file: an address that ends in its name expected", uri);
    }
    Path folder = settings.urls().resolve(digest(uri.toString()));
    List<String> parts = FileChoice.parts(name);
    for (String part : parts) {
      bring(uri(address.replace(name, part)), folder, part);
    }
    return folder.resolve(parts.get(0));
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
    Files.createDirectories(folder);
    record Head(long size, String tag) {}
    Head head;
    try {
      head =
          transport.tried(
              uri,
              () -> {
                try (Answer answer = transport.send("HEAD", uri, Map.of(), true)) {
                  String tag =
                      answer.header("ETag").or(() -> answer.header("Last-Modified")).orElse("");
                  return new Head(answer.length(), tag);
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
    String version = digest(head.tag() + "\n" + head.size());
    Path note = folder.resolve(name + ".version");
    try (BlobLock lock = BlobLock.take(folder.resolve(name + ".lock"), name, listener)) {
      boolean same = Files.exists(note) && Files.readString(note).equals(version);
      if (same && Files.exists(target) && Files.size(target) == head.size()) {
        return;
      }
      String own = lock.isHeld() ? "" : "-" + ProcessHandle.current().pid();
      Path part = folder.resolve(name + "." + version + own + ".incomplete");
      Fetch.run(transport, settings, listener, uri, name, part, target, head.size(), null);
      Files.writeString(note, version);
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
