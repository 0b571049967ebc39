package dev.jora.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash that the hub calls a content by. */
final class Checksum {
  private Checksum() {}

  /**
   * The hash of a file's first bytes.
   *
   * @param hash the expected one, which says the kind: SHA-256 of the bytes has 64 digits, git's
   *     SHA-1, which counts a heading too, 40
   */
  static String of(Path file, long size, String hash) throws IOException {
    boolean git = hash.length() == 40;
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(git ? "SHA-1" : "SHA-256");
      if (git) {
        digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      byte[] bytes = new byte[1 << 20];
      long left = size;
      while (left > 0) {
        int n = in.read(bytes, 0, (int) Math.min(left, bytes.length));
        if (n < 0) {
          break;
        }
        digest.update(bytes, 0, n);
        left -= n;
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
