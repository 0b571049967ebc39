package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of safetensors made here, and what is there instead of them. */
final class SafetensorsTest {
  private static final String W = "'w':{'dtype':'F32','shape':[2],'data_offsets':[%d,%d]}";

  @TempDir private Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), bytes);
  }

  private Path file(String header, int data) throws IOException {
    return file(PickleBytes.safetensors(header.replace('\'', '"'), new byte[data]));
  }

  private static String refusal(Path file) {
    String message = assertThrows(SourceException.class, () -> Checkpoints.open(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
    return message;
  }

  @Test
  void orderIsThatOfTheNames() throws IOException {
    StringBuilder header = new StringBuilder("{");
    List<String> names = List.of("l.2", "l.10", "b", "\ue000", "\ud800\udc00", "a");
    for (int i = 0; i < names.size(); i++) {
      header
          .append(i == 0 ? "" : ",")
          .append(
              "'%s':{'dtype':'I8','shape':[1],'data_offsets':[%d,%d]}"
                  .formatted(names.get(i), i, i + 1));
    }
    try (Weights weights = Checkpoints.open(file(header + "}", names.size()))) {
      // by code points, as Python has it: U+E000 before U+10000
      assertEquals(
          List.of("a", "b", "l.10", "l.2", "\ue000", "\ud800\udc00"),
          List.copyOf(weights.tensors().keySet()));
    }
  }

  @Test
  void elementsThatLieAskewComeStraight() throws IOException {
    String header =
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}," + W.formatted(1, 9) + "}";
    byte[] data = new byte[9];
    System.arraycopy(PickleBytes.floats(3, -4), 0, data, 1, 8);
    for (int blanks = 0; blanks < 8; blanks++) {
      Path file =
          file(PickleBytes.safetensors(header.replace('\'', '"') + " ".repeat(blanks), data));
      try (Weights weights = Checkpoints.open(file);
          Arena arena = Arena.ofConfined()) {
        MemorySegment read = weights.tensors().get("w").read(arena);
        assertEquals(0, read.address() % Float.BYTES);
        assertArrayEquals(new float[] {3, -4}, read.toArray(ValueLayout.JAVA_FLOAT));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'w':1}",
        "{'w':[]}",
        "{'w':{}}",
        "{'w':{'dtype':'F32','shape':[2]}}",
        "{'w':{'dtype':'F32','shape':[-0,2],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[2e0],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[[2]],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
        "{'w':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}}",
        "{'w':{'dtype':'C64','shape':[1],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F4','shape':[16],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'MXFP4','shape':[0],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'f32','shape':[2],'data_offsets':[0,8]}}",
        "{'w':{'dtype':null,'shape':[2],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}",
        "{'w':{'dtype':'F32','shape':[0,9223372036854775807,3],'data_offsets':[0,0]}}",
        "{'__metadata__':[],'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'__metadata__':{'a':{}},'w':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
        "{'w\u001b[0m':1}",
        "{}",
        "{",
        "{'w'",
        "{} {}",
      })
  void everyBreachOfTheRulesIsRefused(String header) throws IOException {
    refusal(file(header, 8));
  }

  @ParameterizedTest
  @CsvSource({"7, was cut", "9, was added"})
  void dataAreAsManyAsTheTensors(int bytes, String words) throws IOException {
    assertTrue(refusal(file("{" + W.formatted(0, 8) + "}", bytes)).contains(words));
  }

  @ParameterizedTest
  @CsvSource({
    "'GGUF\u0003\u0000\u0000\u0000', GGUF",
    "'<!DOCTYPE html><html>', a web page",
    "'\n <html>', a web page",
    "'version https://git-lfs.github.com/spec/v1\noid sha256:', Git LFS",
    "'{\"error\":\"Invalid token\"}', JSON",
    "'Entry not found', Entry not found",
    "'\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000', zeros",
    "'\u0093NUMPY\u0001\u0000', NumPy",
    "'\u0089HDF\r\n\u001a\n', HDF5",
    "'\b\u0007\u0012\u0007pytorch', ONNX",
    "'\u001f\u008b\b\u0000', gzip",
    "'(dp0\nS1\n', protocol 0",
    "'', empty",
  })
  void whatElseItIsIsSaid(String content, String words) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(refusal(file(bytes)).contains(words), refusal(file(bytes)));
  }

  @Test
  void aTarArchiveIsNamed() throws IOException {
    byte[] tar = new byte[1024];
    tar[0] = 's';
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    assertTrue(refusal(file(tar)).contains("tar archive"));
  }

  @Test
  void aFileThatIsCutWhileItIsMappedIsSaidSo() throws IOException {
    int n = 1 << 18;
    String header = "{'w':{'dtype':'F16','shape':[%d],'data_offsets':[0,%d]}}".formatted(n, 2 * n);
    Path file = file(header, 2 * n);
    try (Weights weights = Checkpoints.open(file);
        Arena arena = Arena.ofConfined()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(4096);
      }
      SourceTensor tensor = weights.tensors().get("w");
      String message =
          assertThrows(SourceException.class, () -> Values.floats(tensor, arena)).getMessage();
      assertTrue(message.contains("tensor w") && message.contains("cut"), message);
      assertThrows(RuntimeException.class, () -> weights.opened().requireUnchanged());
    }
  }

  @Test
  void whatIsNoFileIsSaidSo() {
    assertTrue(refusal(folder.resolve("absent.safetensors")).contains("no such file"));
  }
}
