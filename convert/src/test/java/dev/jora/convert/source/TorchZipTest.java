package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of PyTorch made here: what is read out of them, and what is refused. */
final class TorchZipTest {
  private static final byte[] SIX = PickleBytes.floats(1, 2, 3, 4, 5, 6);

  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("pytorch_model.bin"), bytes);
  }

  private float[] values(byte[] bytes, String name) throws IOException {
    try (Weights weights = Checkpoints.open(file(bytes));
        Arena arena = Arena.ofConfined()) {
      return Values.floats(weights.tensors().get(name), arena).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private String refusal(byte[] bytes) throws IOException {
    Path file = file(bytes);
    String message = assertThrows(SourceException.class, () -> Checkpoints.open(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message;
  }

  private static PickleBytes one(long[] shape, long[] strides, long offset) {
    return new PickleBytes().code('}').text("w").tensor(6, offset, shape, strides).code('s');
  }

  private static long[] of(long... numbers) {
    return numbers;
  }

  @Test
  void stepsMayGoAnyWay() throws IOException {
    byte[] transposed = PickleBytes.zip(one(of(3, 2), of(1, 3), 0).bytes(), SIX);
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, values(transposed, "w"));
    byte[] expanded = PickleBytes.zip(one(of(2, 2), of(0, 1), 4).bytes(), SIX);
    assertArrayEquals(new float[] {5, 6, 5, 6}, values(expanded, "w"));
    byte[] overlapping = PickleBytes.zip(one(of(3, 2), of(1, 1), 1).bytes(), SIX);
    assertArrayEquals(new float[] {2, 3, 3, 4, 4, 5}, values(overlapping, "w"));
    byte[] gaps = PickleBytes.zip(one(of(2, 1, 2), of(3, 99, 2), 0).bytes(), SIX);
    assertArrayEquals(new float[] {1, 3, 4, 6}, values(gaps, "w"));
    byte[] scalar = PickleBytes.zip(one(of(), of(), 5).bytes(), SIX);
    assertArrayEquals(new float[] {6}, values(scalar, "w"));
    byte[] none = PickleBytes.zip(one(of(4, 0), of(7, 1), 6).bytes(), SIX);
    assertArrayEquals(new float[0], values(none, "w"));
  }

  @Test
  void bigEndianElementsAreTurned() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("m/data.pkl", one(of(2, 2), of(2, 1), 0).bytes());
    entries.put("m/byteorder", "big".getBytes(StandardCharsets.UTF_8));
    byte[] turned = new byte[24];
    for (int i = 0; i < turned.length; i++) {
      turned[i] = SIX[i ^ 3];
    }
    entries.put("m/data/0", turned);
    byte[] zip = PickleBytes.zip(entries, ZipEntry.STORED);
    assertArrayEquals(new float[] {1, 2, 3, 4}, values(zip, "w"));
    entries.put("m/byteorder", "middle".getBytes(StandardCharsets.UTF_8));
    assertTrue(refusal(PickleBytes.zip(entries, ZipEntry.STORED)).contains("found middle"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"state_dict", "model", "module", "model_state_dict"})
  void weightsMayLieUnderAName(String wrapper) throws IOException {
    byte[] pickle =
        new PickleBytes()
            .code('}')
            .text("epoch")
            .number(3)
            .code('s')
            .text("step")
            .tensor(6, 0, of(1), of(1))
            .code('s')
            .text(wrapper)
            .code('}')
            .text("w")
            .tensor(6, 1, of(2), of(1))
            .code('s', 's')
            .bytes();
    try (Weights weights = Checkpoints.open(file(PickleBytes.zip(pickle, SIX)))) {
      assertEquals(List.of("w"), List.copyOf(weights.tensors().keySet()));
    }
  }

  @Test
  void orderIsThatOfTheDict() throws IOException {
    PickleBytes pickle = new PickleBytes().code('}');
    for (String name : List.of("b", "a", "c.10", "c.2")) {
      pickle.text(name).tensor(6, 0, of(6), of(1)).code('s');
    }
    try (Weights weights = Checkpoints.open(file(PickleBytes.zip(pickle.bytes(), SIX)))) {
      assertEquals(List.of("b", "a", "c.10", "c.2"), List.copyOf(weights.tensors().keySet()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "builtins, eval",
    "torch, load",
    "torch._utils, _rebuild_sparse_tensor",
    "torch, nn.Module",
    "torch.storage, _load_from_bytes",
    "numpy.core.multiarray, _reconstruct",
    "collections, defaultdict",
    "collections, OrderedDict.fromkeys",
    "functools, partial",
    "torch, QUInt8Storage",
    "torch, ComplexDoubleStorage",
  })
  void everyOtherNameIsRefused(String module, String name) throws IOException {
    // in front of good weights, named and dropped, never called
    byte[] pickle =
        new PickleBytes()
            .global(module, name)
            .code('0', '}')
            .text("w")
            .tensor(6, 0, of(6), of(1))
            .code('s')
            .bytes();
    assertTrue(refusal(PickleBytes.zip(pickle, SIX)).contains(module + "." + name));
  }

  @ParameterizedTest
  @ValueSource(ints = {'P', 'I', 'L', 'S', 'V', 'F', 'p', 'g', 'i', 'o', 0x82, 0x83, 0x84, 0x92})
  void everyOtherInstructionIsRefused(int code) throws IOException {
    byte[] pickle = new PickleBytes().code(code, 'x', '\n', 'y', '\n').bytes();
    assertTrue(
        refusal(PickleBytes.zip(pickle, SIX)).contains("instruction 0x%02x".formatted(code)));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        '0', '1', '2', 't', 'l', 'd', 'a', 'e', 's', 'u', 'q', 'R', 'b', 'Q', 0x81, 0x85, 0x86,
        0x87, 0x90, 0x91, 0x93, 0x94, '.'
      })
  void anEmptyStackIsNoReasonToFall(int code) throws IOException {
    refusal(PickleBytes.zip(new PickleBytes().code(code, 1).bytes(), SIX));
    refusal(PickleBytes.zip(new PickleBytes().code('(', code, 1).bytes(), SIX));
    refusal(PickleBytes.zip(new PickleBytes().code('N', '(', code, 1).bytes(), SIX));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 1, 0",
    "6, 1, 1",
    "-1, 1, 0",
    "6, -1, 0",
    "6, 1, -1",
    "2, 6, 0",
    "9223372036854775807, 0, 0",
    "9223372036854775807, 9223372036854775807, 0",
    "1, 1, 9223372036854775807",
    "16777217, 0, 0",
  })
  void aViewLiesInItsStorage(long extent, long stride, long offset) throws IOException {
    byte[] pickle = one(of(extent), of(stride), offset).bytes();
    refusal(PickleBytes.zip(pickle, SIX));
  }

  @Test
  void aStorageHasTheBytesThatItsTypeNeeds() throws IOException {
    byte[] pickle = one(of(6), of(1), 0).bytes();
    assertTrue(
        refusal(PickleBytes.zip(pickle, new byte[20])).contains("expected 24 bytes, found 20"));
    Map<String, byte[]> without = Map.of("archive/data.pkl", pickle);
    assertTrue(
        refusal(PickleBytes.zip(without, ZipEntry.STORED)).contains("no storage archive/data/0"));
  }

  @Test
  void otherArchivesAreNamed() throws IOException {
    byte[] pickle = one(of(6), of(1), 0).bytes();
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a/data.pkl", pickle);
    entries.put("a/data/0", SIX);
    assertTrue(refusal(PickleBytes.zip(entries, ZipEntry.DEFLATED)).contains("compressed"));
    entries.put("a/code/__torch__.py", SIX);
    assertTrue(refusal(PickleBytes.zip(entries, ZipEntry.STORED)).contains("TorchScript"));
    assertTrue(
        refusal(PickleBytes.zip(Map.of("config.json", SIX), ZipEntry.DEFLATED))
            .contains("not of PyTorch"));
  }

  @Test
  void aByteOfThePickleThatChangedIsSeen() throws IOException {
    byte[] zip = PickleBytes.zip(one(of(6), of(1), 0).bytes(), SIX);
    int at = new String(zip, StandardCharsets.ISO_8859_1).indexOf("cpu");
    zip[at] = 'g';
    assertTrue(refusal(zip).contains("CRC-32"));
  }

  @Test
  void namesCannotSpeakToTheTerminal() throws IOException {
    byte[] pickle =
        new PickleBytes()
            .code('}')
            .text("w")
            .global("os\u001b[2J\u009b\u202e", "x".repeat(300))
            .bytes();
    String message = refusal(PickleBytes.zip(pickle, SIX));
    assertTrue(message.contains("os\\u001b[2J\\u009b\\u202e"), message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  @Test
  void aDictMayContainItself() throws IOException {
    byte[] pickle =
        new PickleBytes()
            .code('}', 'q', 0)
            .text("model")
            .code('h', 0, 's')
            .text("w")
            .tensor(6, 0, of(6), of(1))
            .code('s')
            .bytes();
    refusal(
        PickleBytes.zip(
            new PickleBytes().code('}', 'q', 0).text("model").code('h', 0, 's').bytes(), SIX));
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, values(PickleBytes.zip(pickle, SIX), "w"));
  }

  @Test
  void aHundredThousandValuesInOneAnotherAreRead() throws IOException {
    int deep = 100_000;
    PickleBytes pickle = new PickleBytes().code('}').text("nest");
    for (int i = 0; i < deep; i++) {
      pickle.code(']');
    }
    for (int i = 1; i < deep; i++) {
      pickle.code('a');
    }
    pickle.code('s').text("w").tensor(6, 0, of(6), of(1)).code('s');
    assertEquals(6, values(PickleBytes.zip(pickle.bytes(), SIX), "w").length);
  }

  @Test
  @Timeout(20)
  void keysOfOneHashAreNoHang() throws IOException {
    PickleBytes pickle = new PickleBytes().code('}');
    for (int i = 0; i < 1 << 16; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // both have the same hash
      }
      pickle.text(key.toString()).code('N', 's');
    }
    pickle.text("w").tensor(6, 0, of(6), of(1)).code('s');
    assertEquals(6, values(PickleBytes.zip(pickle.bytes(), SIX), "w").length);
  }

  @Test
  void morePushesThanWeightsNeedAreRefused() throws IOException {
    byte[] many = new byte[4_100_000];
    Arrays.fill(many, (byte) '}');
    assertTrue(
        refusal(PickleBytes.zip(new PickleBytes().raw(many).bytes(), SIX))
            .contains("more values than weights need"));
  }
}
