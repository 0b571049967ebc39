package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of other programs with odd content: what can be read is listed, the rest is not. */
class LocalModelsTest {
  private static final String DIGEST = "c".repeat(64);
  private static final String MANIFEST =
      "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"%s\"}]}";

  @TempDir Path home;
  private HubSettings settings;

  @BeforeEach
  void settings() {
    settings = HubSettings.of(name -> null, home);
  }

  private List<String> names() throws Exception {
    return new LocalModels(settings, name -> null, home)
        .all().stream().map(m -> m.store() + ":" + m.name()).toList();
  }

  private Path write(String path, String text) throws Exception {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void oddManifestsOfOllama() throws Exception {
    String registry = ".ollama/models/manifests/registry.ollama.ai/library/";
    write(".ollama/models/blobs/sha256-" + DIGEST, "GGUF");
    write(registry + "good/latest", MANIFEST.formatted("sha256:" + DIGEST));
    write(".ollama/models/manifests/hf.co/user/repo/Q8_0", MANIFEST.formatted("sha256:" + DIGEST));
    write(registry + "no-blob/latest", MANIFEST.formatted("sha256:" + "d".repeat(64)));
    write(registry + "path/latest", MANIFEST.formatted("sha256:../../../../etc/passwd"));
    write(registry + "short", "too near");
    String[] odd = {"", "null", "7", "[]", "{\"layers\":7}", "{\"layers\":[7,null,[]]}", "{", "\0"};
    for (int i = 0; i < odd.length; i++) {
      write(registry + "odd/" + i, odd[i]);
    }
    write(registry + "odd/deep", "[".repeat(100_000));
    Files.write(home.resolve(registry + "odd/bytes"), new byte[] {(byte) 0xff, (byte) 0xfe, 3});
    Files.createSymbolicLink(home.resolve(registry + "odd/circle"), Path.of("circle"));
    Files.createSymbolicLink(home.resolve(registry + "odd/up"), Path.of(".."));
    Files.createDirectories(home.resolve(registry + "odd/folder"));
    assertEquals(List.of("ollama:hf.co/user/repo:Q8_0", "ollama:good:latest"), names());
  }

  @Test
  void oddFoldersOfLmStudio() throws Exception {
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("linked.gguf"), "GGUF");
    write(".lmstudio/models/pub/repo/m.gguf", "GGUF");
    write(".lmstudio/models/pub/repo/mmproj-m.gguf", "GGUF");
    write(".lmstudio/models/pub/repo/m.txt", "x");
    write(".lmstudio/models/pub/set/m-00001-of-00002.gguf", "GGUF");
    write(".lmstudio/models/pub/set/m-00002-of-00002.gguf", "GGUF");
    write(".lmstudio/models/pub/set/m-00003-of-00002.gguf", "GGUF");
    Path models = home.resolve(".lmstudio/models/pub");
    Files.createDirectories(models.resolve("folder.gguf"));
    Files.createSymbolicLink(models.resolve("there"), elsewhere);
    Files.createSymbolicLink(models.resolve("circle"), models);
    Files.createSymbolicLink(models.resolve("nowhere.gguf"), Path.of("absent"));
    assertEquals(
        List.of(
            "lmstudio:pub/repo/m.gguf",
            "lmstudio:pub/set/m-00001-of-00002.gguf",
            "lmstudio:pub/there/linked.gguf"),
        names());
  }

  @Test
  void aFolderThatIsALinkOrAFile() throws Exception {
    Path real = Files.createDirectories(home.resolve("disk/pub/repo"));
    Files.writeString(real.resolve("m.gguf"), "GGUF");
    Files.createDirectories(home.resolve(".lmstudio"));
    Files.createSymbolicLink(home.resolve(".lmstudio/models"), home.resolve("disk"));
    write(".ollama/models/manifests", "a file");
    write(".cache/huggingface/hub", "a file");
    assertEquals(List.of("lmstudio:pub/repo/m.gguf"), names());
  }

  @Test
  void oddRepositoriesInTheCache() throws Exception {
    String hub = ".cache/huggingface/hub/";
    String snapshot = "/snapshots/" + HubServer.COMMIT + "/";
    write(hub + "models--u--r" + snapshot + "m.gguf", "GGUF");
    write(hub + "models--u--r" + snapshot + "m-00002-of-00001.gguf", "GGUF");
    write(hub + "models--u--r/snapshots/no-commit/x.gguf", "GGUF");
    write(hub + "models--u--r/refs/main", "\n");
    write(hub + "models--u--empty/refs/main", HubServer.COMMIT);
    write(hub + "models--u--file/snapshots", "a file");
    write(hub + "models--u--bytes/refs/main", "x");
    write(hub + "models--u--bytes" + snapshot + "m.gguf", "GGUF");
    Files.write(home.resolve(hub + "models--u--bytes/refs/main"), new byte[] {(byte) 0xff});
    write(hub + "models--u--more" + snapshot + "m.gguf", "GGUF");
    write(hub + "datasets--u--r" + snapshot + "x.gguf", "GGUF");
    write(hub + "models--x y--r" + snapshot + "x.gguf", "GGUF");
    write(hub + "models--one" + snapshot + "x.gguf", "GGUF");
    write(hub + "version.txt", "1");
    Path dangling = home.resolve(hub + "models--u--r" + snapshot + "gone.gguf");
    Files.createSymbolicLink(dangling, Path.of("../../blobs/gone"));
    Files.createSymbolicLink(
        home.resolve(hub + "models--u--link"), home.resolve(hub + "models--u--more"));
    assertEquals(
        List.of(
            "hf:u/bytes/m.gguf",
            "hf:u/link/m.gguf",
            "hf:u/more/m.gguf",
            "hf:u/r/m-00002-of-00001.gguf",
            "hf:u/r/m.gguf"),
        names());
  }

  @Test
  void thousandsOfFilesAreListedAtOnce() throws Exception {
    String hub = ".cache/huggingface/hub/";
    for (int i = 0; i < 1000; i++) {
      String repository = hub + "models--u--r" + i % 100;
      write(repository + "/snapshots/" + HubServer.COMMIT + "/d/m" + i + ".gguf", "");
    }
    long start = System.nanoTime();
    assertEquals(1000, names().size());
    assertTrue(System.nanoTime() - start < 5e9, "seconds");
  }

  @Test
  void otherPlacesAndNames() throws Exception {
    Path file = write("own/blobs/sha256-" + DIGEST, "GGUF");
    write("own/manifests/r.test/ns/m/1b", MANIFEST.formatted("sha256:" + DIGEST));
    Map<String, String> env = Map.of("OLLAMA_MODELS", "~/own");
    LocalModels models = new LocalModels(settings, env::get, home);
    assertEquals(file, models.find("ollama", "r.test/ns/m:1b"));
    HubException e = assertThrows(HubException.class, () -> models.find("ollama", "n"));
    assertTrue(e.getMessage().contains("r.test/ns/m:1b"), e.getMessage());
    Map<String, String> bad =
        Map.of("OLLAMA_MODELS", new String(new byte[1], StandardCharsets.UTF_8));
    assertTrue(
        assertThrows(HubException.class, () -> new LocalModels(settings, bad::get, home))
            .getMessage()
            .contains("OLLAMA_MODELS"));
  }
}
