package dev.jora.convert.source;

import dev.jora.gguf.OtherFile;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people have in place of weights, told by how it begins; {@link OtherFile} knows the rest.
 */
enum OtherWeights {
  GGUF("GGUF", "a GGUF file, which needs no conversion"),
  NUMPY("\\x93NUMPY", "an array of NumPy: expected a checkpoint"),
  HDF5("\\x89HDF\\r\\n", "weights of Keras or TensorFlow (HDF5): fetch those of PyTorch"),
  ONNX(
      "\\x08[\\x01-\\x1f][\\x12\\x3a]",
      "a model of ONNX: fetch the checkpoint that it was made of"),
  TAR(
      ".{257}ustar",
      "a tar archive: unpack it; weights that PyTorch wrote so before version 0.2 must be loaded"
          + " and saved anew there"),
  PICKLE_0(
      "\\(?c\\w[\\w.]*\\n|\\([dl]p?\\d?\\n?",
      "a pickle of protocol 0 or 1, or another text: save weights with torch.save"),
  LFS("version https://git-lfs", "a pointer of Git LFS: fetch the file itself"),
  PAGE("(?:\\xef\\xbb\\xbf)?\\s*<", "a web page: fetch the file itself"),
  JSON("\\s*[{\\[]", "a text of JSON: give the folder, or the file of weights"),
  ZEROS("\\x00+$", "zeros: fetch the file anew, its data never came");

  /** Bytes of a file's front that are looked at, at most. */
  static final int FRONT = OtherFile.FRONT;

  private static final Pattern TEXT = Pattern.compile("[\\x20-\\x7e\\s]{8,}$");
  private static final int SHOWN = 40;

  private final Pattern begin;
  private final String words;

  OtherWeights(String begin, String words) {
    this.begin = Pattern.compile(begin, Pattern.DOTALL);
    this.words = words;
  }

  /** What a file is that begins with these bytes, and what to do; empty if nobody knows. */
  static Optional<String> words(byte[] front) {
    String bytes = new String(front, StandardCharsets.ISO_8859_1);
    for (OtherWeights other : values()) {
      if (other.begin.matcher(bytes).lookingAt()) {
        return Optional.of(other.words);
      }
    }
    Optional<String> known = OtherFile.words(front);
    return known.isPresent() || !TEXT.matcher(bytes).lookingAt()
        ? known
        : Optional.of(
            "a text that begins with '%s': fetch the file itself"
                .formatted(
                    bytes.strip().lines().findFirst().orElse("").transform(OtherWeights::cut)));
  }

  private static String cut(String line) {
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
