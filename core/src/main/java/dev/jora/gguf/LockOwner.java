package dev.jora.gguf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who holds the lock of a file: what Linux says in {@code /proc/locks}. */
final class LockOwner {
  private static final Path LOCKS = Path.of("/proc/locks");

  /** {@code 1: POSIX ADVISORY WRITE 4711 fe:01:123456 0 EOF}: process, device and inode. */
  private static final Pattern LINE =
      Pattern.compile("\\d+: \\S+ +\\S+ +WRITE (\\d+) \\S+:\\S+:(\\d+) .*");

  private static final Pattern INODE = Pattern.compile("ino=(\\d+)");

  private LockOwner() {}

  /** The process, if the system tells. */
  static Optional<String> of(Object fileKey) {
    Matcher inode = INODE.matcher(String.valueOf(fileKey));
    if (!inode.find()) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(LOCKS)) {
      return lines
          .map(LINE::matcher)
          .filter(line -> line.matches() && line.group(2).equals(inode.group(1)))
          .map(line -> line.group(1))
          .findFirst();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // no Linux, or not for us
    }
  }
}
