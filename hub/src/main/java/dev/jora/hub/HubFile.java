package dev.jora.hub;

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

  /** True for a path that leads to nowhere but into its folder. */
  static boolean isInside(String path) {
    return path.length() <= LONGEST
        && !STRANGE.matcher(path).find()
        && List.of(path.split("/", -1)).stream()
            .noneMatch(part -> part.isBlank() || part.equals(".") || part.equals(".."));
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
