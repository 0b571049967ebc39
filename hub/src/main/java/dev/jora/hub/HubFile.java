package dev.jora.hub;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A file of a repository.
 *
 * @param path in the repository, with slashes
 * @param size in bytes
 * @param hash SHA-256 of the content (64 digits) or git's SHA-1 (40); also the blob's name
 */
record HubFile(String path, long size, String hash) {
  static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern STRANGE = Pattern.compile("[\\\\:\\p{Cntrl}]");
  private static final int LONGEST = 1000;
  private static final int LONGEST_PART = 255; // bytes, of most disks

  /** What Windows takes for a device, whatever follows a dot; and ends that it leaves out. */
  private static final Pattern DEVICE =
      Pattern.compile("(?i)(?:con|prn|aux|nul|com\\d|lpt\\d)(?:\\..*)?|.*[. ]");

  /** True for a path that leads to nowhere but into its folder. */
  static boolean isInside(String path) {
    return path.length() <= LONGEST
        && !STRANGE.matcher(path).find()
        && List.of(path.split("/", -1)).stream()
            .noneMatch(part -> part.isBlank() || DEVICE.matcher(part).matches() || isLong(part));
  }

  private static boolean isLong(String part) {
    return part.getBytes(StandardCharsets.UTF_8).length > LONGEST_PART;
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
