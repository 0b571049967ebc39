package dev.jora.convert.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files of a folder are a checkpoint, and in which order their tensors come. */
final class CheckpointsTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  @TempDir private Path folder;

  private void safetensors(String file, String... names) throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < names.length; i++) {
      header.append(
          "%s\"%s\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%d,%d]}"
              .formatted(i == 0 ? "" : ",", names[i], i, i + 1));
    }
    Files.write(
        folder.resolve(file), PickleBytes.safetensors(header + "}", new byte[names.length]));
  }

  private void pytorch(String file, String name) throws IOException {
    byte[] pickle =
        new PickleBytes()
            .code('}')
            .text(name)
            .tensor(1, 0, new long[] {1}, new long[] {1})
            .code('s')
            .bytes();
    Files.write(folder.resolve(file), PickleBytes.zip(pickle, new byte[4]));
  }

  private void index(String file, String json) throws IOException {
    Files.writeString(folder.resolve(file), json.replace('\'', '"'));
  }

  private List<String> names() {
    try (Weights weights = Checkpoints.open(folder)) {
      return List.copyOf(weights.tensors().keySet());
    }
  }

  private String refusal() {
    return assertThrows(SourceException.class, this::names).getMessage();
  }

  @Test
  void filesComeInTheOrderOfTheirNames() throws IOException {
    safetensors(SECOND, "a", "d");
    safetensors(FIRST, "c", "b");
    assertEquals(List.of("b", "c", "a", "d"), names());
    index(
        INDEX,
        "{'weight_map':{'a':'%2$s','b':'%1$s','c':'%1$s','d':'%2$s'}}".formatted(FIRST, SECOND));
    assertEquals(List.of("b", "c", "a", "d"), names());
  }

  @Test
  void safetensorsGoBeforePickles() throws IOException {
    pytorch("pytorch_model.bin", "pickled");
    assertEquals(List.of("pickled"), names());
    safetensors("model.safetensors", "safe");
    assertEquals(List.of("safe"), names());
  }

  @Test
  void onlyFilesOfTheIndexAreRead() throws IOException {
    safetensors("model-a.safetensors", "a");
    Files.writeString(folder.resolve("model-b.safetensors"), "rubbish");
    index(INDEX, "{'metadata':{'total_size':1},'weight_map':{'a':'model-a.safetensors'}}");
    assertEquals(List.of("a"), names());
  }

  @Test
  void picklesMayHaveAnIndex() throws IOException {
    pytorch("pytorch_model-00001-of-00002.bin", "z");
    pytorch("pytorch_model-00002-of-00002.bin", "y");
    index(
        "pytorch_model.bin.index.json",
        "{'weight_map':{'y':'pytorch_model-00002-of-00002.bin',"
            + "'z':'pytorch_model-00001-of-00002.bin'}}");
    assertEquals(List.of("z", "y"), names());
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    safetensors(FIRST, "a");
    assertTrue(refusal().contains(SECOND + " is missing"), refusal());
    index(INDEX, "{'weight_map':{'a':'%s','b':'%s'}}".formatted(FIRST, SECOND));
    assertTrue(refusal().contains("names " + SECOND + ", which is missing"), refusal());
  }

  @Test
  void namesOfTheIndexAreThoseOfTheFiles() throws IOException {
    safetensors("model.safetensors", "a", "b");
    index(INDEX, "{'weight_map':{'a':'model.safetensors'}}");
    assertTrue(refusal().contains("does not name tensor b"), refusal());
    index(
        INDEX,
        "{'weight_map':{'a':'model.safetensors','b':'model.safetensors','c':'model.safetensors'}}");
    assertTrue(refusal().contains("names tensor c in model.safetensors"), refusal());
  }

  @Test
  void aTensorIsInOneFile() throws IOException {
    safetensors("model-a.safetensors", "a");
    safetensors("model-b.safetensors", "a");
    assertTrue(refusal().contains("tensor a: another file has it too"), refusal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{'weight_map':{}}",
        "{'weight_map':[]}",
        "{'weight_map':{'a':1}}",
        "{'weight_map':{'a':'../model.safetensors'}}",
        "{'weight_map':{'a':'/etc/hostname'}}",
        "{'weight_map':{'a':'x\\\\y'}}",
        "{'weight_map':{'a':''}}",
        "{'weight_map':{'a':'.'}}",
        "{'weight_map':{'a':'\\u0000'}}",
        "{'weight_map':{'a':'model.safetensors','a':'model.safetensors'}}",
        "{'weight_map':{'a':'model.safetensors'}} x",
      })
  void anIndexThatIsNoneIsRefused(String json) throws IOException {
    safetensors("model.safetensors", "a");
    index(INDEX, json);
    assertTrue(refusal().startsWith(folder.resolve(INDEX) + ": "), refusal());
  }

  @Test
  void anIndexThatWasNotFetchedIsSaidSo() throws IOException {
    safetensors("model.safetensors", "a");
    index(INDEX, "version https://git-lfs.github.com/spec/v1\noid sha256:00");
    assertTrue(refusal().contains("a pointer of Git LFS"), refusal());
  }

  @Test
  void aFolderWithoutWeightsSaysWhatIsThere() throws IOException {
    assertTrue(refusal().contains("no file of weights"), refusal());
    safetensors("consolidated.safetensors", "a");
    assertTrue(refusal().contains("consolidated.safetensors: name that file"), refusal());
  }
}
