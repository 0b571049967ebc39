package dev.jora.model.adapter;

import dev.jora.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A hash over what is added to a model. */
final class Hash {
  /** Bytes of a tensor that are taken at once. */
  private static final int PIECE = 1 << 24;

  private final MessageDigest digest;

  Hash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  Hash text(String text) {
    digest.update((text + '\n').getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Hash tensor(Tensor t) {
    text(t.name() + '\n' + t.type() + '\n' + t.shape());
    for (long at = 0; at < t.bytes(); at += PIECE) {
      digest.update(t.data().asSlice(at, Math.min(PIECE, t.bytes() - at)).asByteBuffer());
    }
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
