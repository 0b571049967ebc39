package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of PyTorch of the older form, made here. */
final class TorchLegacyTest {
  private static final byte[] FOUR = PickleBytes.floats(1, 2, 3, 4);

  @TempDir private Path folder;

  private static byte[] pickle() {
    return new PickleBytes()
        .code('}')
        .text("w")
        .tensor(4, 0, new long[] {2, 2}, new long[] {1, 2})
        .code('s')
        .bytes();
  }

  /** A tensor of two elements in the storage that is a part of another, from its second element. */
  private static byte[] part(long offset, long from, long length) {
    return new PickleBytes()
        .code('}')
        .text("w")
        .global("torch._utils", "_rebuild_tensor")
        .code('(', '(')
        .text("storage")
        .global("torch", "FloatStorage")
        .text("0")
        .text("cuda:0")
        .number(4)
        .code('(')
        .text("view")
        .number(from)
        .number(length)
        .code('t', 't', 'Q')
        .number(offset)
        .numbers(2)
        .numbers(1)
        .code('t', 'R', 's')
        .bytes();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("pytorch_model.bin"), bytes);
  }

  private float[] values(byte[] bytes) throws IOException {
    try (Weights weights = Checkpoints.open(file(bytes));
        Arena arena = Arena.ofConfined()) {
      return Values.floats(weights.tensors().get("w"), arena).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private String refusal(byte[] bytes) throws IOException {
    Path file = file(bytes);
    String message = assertThrows(SourceException.class, () -> Checkpoints.open(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message;
  }

  @Test
  void valuesComeOutOfTheStorages() throws IOException {
    assertArrayEquals(
        new float[] {1, 3, 2, 4}, values(PickleBytes.legacy(pickle(), true, 4, FOUR)));
  }

  @Test
  void bigEndianElementsAreTurned() throws IOException {
    byte[] turned = new byte[16];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = FOUR[i ^ 3];
    }
    assertArrayEquals(
        new float[] {1, 3, 2, 4}, values(PickleBytes.legacy(pickle(), false, 4, turned)));
  }

  @Test
  void aStorageMayBePartOfAnother() throws IOException {
    assertArrayEquals(new float[] {3, 4}, values(PickleBytes.legacy(part(1, 1, 3), true, 4, FOUR)));
    refusal(PickleBytes.legacy(part(2, 1, 3), true, 4, FOUR));
    refusal(PickleBytes.legacy(part(0, 1, 4), true, 4, FOUR));
    refusal(PickleBytes.legacy(part(0, Long.MAX_VALUE, 2), true, 4, FOUR));
  }

  @Test
  void everyCutIsSeen() throws IOException {
    byte[] whole = PickleBytes.legacy(pickle(), true, 4, FOUR);
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
  }

  @Test
  void countsOfElementsAgree() throws IOException {
    assertTrue(
        refusal(PickleBytes.legacy(pickle(), true, 1L << 40, FOUR))
            .contains("expected 4 elements, found 1,099,511,627,776"));
  }

  @Test
  void otherPicklesAreNoWeights() throws IOException {
    assertTrue(
        refusal(new PickleBytes().code('}').bytes()).contains("not weights as torch.save writes"));
  }
}
