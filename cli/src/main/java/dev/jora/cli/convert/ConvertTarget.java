package dev.jora.cli.convert;

import dev.jora.cli.common.UserException;
import dev.jora.gguf.PartFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Where a converted file goes. */
final class ConvertTarget {
  private static final byte[] GGUF = "GGUF".getBytes(StandardCharsets.US_ASCII);

  private ConvertTarget() {}

  /**
   * Where a file goes that nobody gives a place: beside what it is made of, but not into a cache of
   * the hub, where other programs would wonder at it.
   */
  static Path folder(Path source) {
    Path path = source.toAbsolutePath().normalize();
    for (Path at = path; at != null && at.getParent() != null; at = at.getParent()) {
      if (at.getParent().endsWith("snapshots")
          && at.getParent().resolveSibling("blobs").toFile().isDirectory()) {
        return Path.of("");
      }
    }
    return path.getParent() == null ? path : path.getParent();
  }

  /**
   * Refuses, before any work, a place where nothing can be written or something would be lost.
   *
   * @param force a GGUF file that is there may be replaced; nothing else ever is, which might be a
   *     part of the source
   */
  static void check(Path target, boolean force) {
    if (Files.isDirectory(target)) {
      throw new UserException(target + " is a folder: -o takes the file to write");
    }
    Path folder = target.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new UserException(target + ": there is no folder " + folder + "; make it first");
    }
    if (PartFile.isStream(target)) {
      return;
    }
    if (Files.exists(target) && !force) {
      throw new UserException(
          target + ": the file is there already; remove it, or replace it with --force");
    }
    if (Files.exists(target) && !mayBeReplaced(target)) {
      throw new UserException(
          target + ": what is there is no GGUF file, and is not replaced; give another name");
    }
    if (!Files.isWritable(folder)) {
      throw new UserException(target + ": permission denied, nothing can be written to " + folder);
    }
  }

  private static boolean mayBeReplaced(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] front = in.readNBytes(GGUF.length);
      return front.length == 0 || Arrays.equals(front, GGUF);
    } catch (IOException e) {
      return false;
    }
  }
}
