package dev.jora.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings one file to the disk over several connections, going on where an earlier one ended. */
final class Fetch {
  private static final int CONNECTIONS = 4;
  private static final int BUFFER = 256 << 10;

  /** Bytes after which a failure counts as the first again. */
  private static final long COMES_ON = 16 << 10;

  private static final Pattern RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

  /**
   * A file.
   *
   * @param name for people
   * @param size in bytes
   * @param hash of its content; or null: nobody knows
   * @param validator the tag or date of this version, where there is no hash; or null
   */
  record Wanted(URI uri, String name, long size, String hash, String validator) {
    /** True if parts of two versions cannot become one file. */
    boolean isSure() {
      return hash != null || validator != null;
    }
  }

  /** The server has no ranges: the file comes as a whole, over one connection. */
  private static final class WholeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Transport transport;
  private final HubSettings settings;
  private final HubListener listener;
  private final Wanted wanted;
  private final URI uri;
  private final String name;
  private final long size;
  private final PartBlob part;
  private final Set<Answer> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;
  private long done;

  private Fetch(
      Transport transport,
      HubSettings settings,
      HubListener listener,
      Wanted wanted,
      PartBlob part) {
    this.transport = transport;
    this.settings = settings;
    this.listener = listener;
    this.wanted = wanted;
    this.uri = wanted.uri();
    this.name = wanted.name();
    this.size = wanted.size();
    this.part = part;
  }

  /**
   * Fetches a file.
   *
   * @param partPath where it grows
   * @param target its name once it is whole
   * @throws HubException if it cannot be had, or is not what was said
   */
  static void run(
      Transport transport,
      HubSettings settings,
      HubListener listener,
      Wanted wanted,
      Path partPath,
      Path target)
      throws IOException {
    String name = wanted.name();
    long size = wanted.size();
    String hash = wanted.hash();
    if (!wanted.isSure()) {
      Files.deleteIfExists(partPath);
    }
    for (int attempt = 1; ; attempt++) {
      boolean right;
      requireSpace(partPath.getParent(), name, PartBlob.missing(partPath, size));
      long segment = wanted.isSure() ? settings.segment() : Math.max(1, size);
      try (PartBlob part = PartBlob.open(partPath, size, segment)) {
        new Fetch(transport, settings, listener, wanted, part).all();
        right = hash == null || Checksum.of(partPath, size, hash).equals(hash);
        if (right) {
          part.finish(target);
          return;
        }
      }
      Files.deleteIfExists(partPath);
      if (attempt == 2) {
        throw HubException.of(
            "%s came twice with other bytes than %s says (its hash is not %s): try again later, or"
                + " from another place",
            name, settings.endpoint().getAuthority(), hash);
      }
      listener.note(name + " came with wrong bytes: once more");
    }
  }

  /**
   * Sees that a disk has room.
   *
   * @throws HubException if it has not, with what is needed and what there is
   */
  static void requireSpace(Path folder, String name, long needed) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    long free = Files.getFileStore(there).getUsableSpace();
    if (needed > free) {
      throw HubException.of(
          "%s needs %s more and the disk of %s has %s left: make room, or set HF_HUB_CACHE to a"
              + " folder on another",
          name, shown(needed), folder, shown(free));
    }
  }

  private static String shown(long bytes) {
    return bytes < 10L << 30
        ? (bytes >> 20) + " MiB"
        : String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
  }

  private void all() throws IOException {
    done = part.done();
    try {
      segments();
    } catch (WholeException e) {
      part.reset(Math.max(1, size));
      done = 0;
      stopped = false;
      segments();
    }
  }

  private void segments() throws IOException {
    Queue<PartBlob.Segment> left = new ConcurrentLinkedQueue<>(part.segments());
    left.removeIf(PartBlob.Segment::isDone);
    List<Future<?>> workers = new ArrayList<>();
    RuntimeException failure = null;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Math.min(CONNECTIONS, left.size()); i++) {
        workers.add(threads.submit(() -> work(left)));
      }
    } // waits for all
    for (Future<?> worker : workers) {
      try {
        worker.get();
      } catch (ExecutionException e) {
        RuntimeException thrown =
            e.getCause() instanceof RuntimeException known
                ? known
                : new IllegalStateException(e.getCause());
        failure = failure == null || thrown instanceof WholeException ? thrown : failure;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.util.concurrent.CancellationException();
      }
    }
    if (failure instanceof UncheckedIOException disk) {
      throw disk.getCause();
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void work(Queue<PartBlob.Segment> left) {
    try {
      for (PartBlob.Segment s = left.poll(); s != null && !stopped; s = left.poll()) {
        segment(s);
      }
    } catch (RuntimeException | Error e) {
      if (!stopped) {
        stopped = true;
        open.forEach(Fetch::closeQuietly);
        throw e;
      }
    }
  }

  private static void closeQuietly(Answer answer) {
    try {
      answer.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }

  private void segment(PartBlob.Segment segment) {
    int failed = 0;
    while (!segment.isDone() && !stopped) {
      long before = segment.at();
      try {
        request(segment);
        if (segment.at() == before) {
          throw new IOException("an answer without bytes");
        }
      } catch (FileSystemException e) {
        throw new UncheckedIOException(e);
      } catch (IOException e) {
        if (stopped) {
          return;
        }
        failed = segment.at() - before >= COMES_ON ? 1 : failed + 1;
        transport.await(uri, e, failed);
      }
    }
  }

  private void request(PartBlob.Segment segment) throws IOException {
    boolean alone = part.segments().size() == 1;
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=" + segment.at() + "-" + (segment.end - 1));
    if (wanted.hash() == null && wanted.validator() != null) {
      headers.put("If-Range", wanted.validator()); // of another version all comes, not a part
    }
    try (Answer answer = transport.send("GET", uri, headers, true)) {
      open.add(answer);
      try {
        take(answer, segment, alone);
      } finally {
        open.remove(answer);
      }
    }
  }

  private void take(Answer answer, PartBlob.Segment segment, boolean alone) throws IOException {
    String coding = answer.header("Content-Encoding").orElse("identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw HubException.of(
          "%s sends %s packed (%s) though asked not to", uri.getAuthority(), name, coding);
    }
    if (answer.status() == 206) {
      requireRange(answer, segment.at());
      requireVersion(answer);
    } else if (!alone) {
      throw new WholeException();
    } else {
      requireSize(answer.length());
      restart(segment);
    }
    copy(answer, segment);
  }

  private void requireRange(Answer answer, long from) {
    String said = answer.header("Content-Range").orElse("");
    Matcher range = RANGE.matcher(said);
    if (!range.matches() || Long.parseLong(range.group(1)) != from) {
      throw HubException.of(
          "%s sends another part of %s than was asked for: bytes from %d expected, found '%s'",
          uri.getAuthority(), name, from, said);
    }
    if (!range.group(2).equals("*")) {
      requireSize(Long.parseLong(range.group(2)));
    }
  }

  private void requireVersion(Answer answer) {
    String tag = answer.header("ETag").orElse("");
    boolean known = wanted.hash() == null && String.valueOf(wanted.validator()).startsWith("\"");
    if (known && tag.startsWith("\"") && !tag.equals(wanted.validator())) {
      throw HubException.of(
          "%s changed at %s while it was fetched: begin again", name, uri.getAuthority());
    }
  }

  private void requireSize(long found) {
    if (found >= 0 && found != size) {
      throw HubException.of(
          "%s of %s has %d bytes, and %d were announced: try again later",
          name, uri.getAuthority(), found, size);
    }
  }

  private synchronized void restart(PartBlob.Segment segment) throws IOException {
    done -= segment.at() - segment.start;
    part.restart(segment);
  }

  private void copy(Answer answer, PartBlob.Segment segment) throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (!segment.isDone() && !stopped) {
      int most = (int) Math.min(buffer.length, segment.end - segment.at());
      int n = answer.read(buffer, 0, most);
      if (n < 0) {
        throw new IOException("it ended at byte " + segment.at() + " of " + segment.end);
      }
      try {
        part.add(segment, buffer, n);
      } catch (IOException e) {
        throw new FileSystemException(part.path().toString(), null, e.getMessage());
      }
      synchronized (this) {
        done += n;
        listener.progress(name, done, size);
      }
    }
  }
}
