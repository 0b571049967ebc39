package dev.jora.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache's layout, what is chosen, what is asked of whom, and what is removed. */
class HubTest {
  @TempDir Path home;

  private static byte[] bytes(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path repository() {
    return home.resolve(".cache/huggingface/hub/models--user--repo");
  }

  private Path pull(HubSettings settings, String name) throws Exception {
    try (Hub hub = new Hub(settings, HubListener.NONE)) {
      return hub.pull(HubName.of(name), null);
    }
  }

  @Test
  void theLayoutIsTheHubs() throws Exception {
    byte[] model = bytes(1, 200_000);
    try (HubServer server = new HubServer().file("m-Q4_K_M.gguf", model)) {
      Path file = pull(MisbehaviourTest.settings(server, home), "user/repo");
      String hash = HubServer.sha256(model);
      assertEquals(repository().resolve("snapshots/" + HubServer.COMMIT + "/m-Q4_K_M.gguf"), file);
      assertEquals(Path.of("../../blobs/" + hash), Files.readSymbolicLink(file));
      assertEquals(HubServer.COMMIT, Files.readString(repository().resolve("refs/main")));
      assertArrayEquals(model, Files.readAllBytes(file));
      try (var blobs = Files.list(repository().resolve("blobs"))) {
        assertEquals(1, blobs.count());
      }
      assertTrue(server.requests.stream().filter(r -> r.path().startsWith("/cdn/")).count() >= 3);
      int before = server.requests.size();
      pull(MisbehaviourTest.settings(server, home), "user/repo:q4_k_m");
      assertEquals(before + 2, server.requests.size(), "refs and tree, no content");
    }
  }

  @Test
  void withoutLinksTheFileIsInTheSnapshot() throws Exception {
    byte[] model = bytes(2, 1000);
    try (HubServer server = new HubServer().file("m.gguf", model)) {
      Map<String, String> env =
          Map.of("HF_ENDPOINT", server.address(), "HF_HUB_DISABLE_SYMLINKS", "1");
      Path file = pull(HubSettings.of(env::get, home), "user/repo");
      assertFalse(Files.isSymbolicLink(file));
      assertArrayEquals(model, Files.readAllBytes(file));
    }
  }

  @Test
  void offlineAndWithoutAServerTheCacheIsUsed() throws Exception {
    HubSettings settings;
    Path file;
    try (HubServer server = new HubServer().file("m.gguf", bytes(3, 1000))) {
      settings = MisbehaviourTest.settings(server, home);
      assertThrows(HubException.class, () -> pull(settings.with(null, true), "user/repo"));
      file = pull(settings, "user/repo");
      int before = server.requests.size();
      assertEquals(file, pull(settings.with(null, true), "user/repo"));
      assertEquals(file, pull(settings.with(null, true), "user/repo/m.gguf"));
      assertEquals(before, server.requests.size());
    }
    assertEquals(file, pull(settings, "user/repo"), "the server is gone");
  }

  @Test
  void aSetComesWhole() throws Exception {
    try (HubServer server =
        new HubServer()
            .file("m-00001-of-00002.gguf", bytes(4, 900))
            .file("m-00002-of-00002.gguf", bytes(5, 900))) {
      Path file = pull(MisbehaviourTest.settings(server, home), "user/repo");
      assertEquals("m-00001-of-00002.gguf", file.getFileName().toString());
      assertTrue(Files.exists(file.resolveSibling("m-00002-of-00002.gguf")));
    }
  }

  @Test
  void aCheckpointComesAsAFolder() throws Exception {
    try (HubServer server =
        new HubServer()
            .file("README.md", bytes(1, 10))
            .file("config.json", bytes(2, 10))
            .file("model.safetensors", bytes(3, 10))
            .file("pytorch_model.bin", bytes(4, 10))
            .file("tokenizer.json", bytes(5, 10))
            .file("onnx/model.onnx", bytes(6, 10))) {
      HubSettings settings = MisbehaviourTest.settings(server, home);
      Path folder = pull(settings, "user/repo");
      try (var files = Files.list(folder)) {
        assertEquals(
            List.of("config.json", "model.safetensors", "tokenizer.json"),
            files.map(f -> f.getFileName().toString()).sorted().toList());
      }
      assertEquals(folder, pull(settings.with(null, true), "user/repo"));
    }
  }

  @Test
  void theTokenGoesToTheEndpointAlone() throws Exception {
    byte[] model = bytes(6, 1000);
    try (HubServer cdn = new HubServer().file("m.gguf", model);
        HubServer server = new HubServer().file("m.gguf", model)) {
      server.misbehaving(
          (s, r, out) -> {
            if (r.isFile() && r.method().equals("GET")) {
              String to = "Location: " + cdn.address() + "/cdn/m.gguf\r\n";
              HubServer.send(out, "302 Found", to, new byte[0]);
              return true;
            }
            return false;
          });
      pull(MisbehaviourTest.settings(server, home).with("hf_secret", false), "user/repo");
      assertTrue(
          server.requests.stream()
              .allMatch(r -> r.header("authorization").equals("Bearer hf_secret")));
      assertFalse(cdn.requests.isEmpty());
      assertTrue(cdn.requests.stream().allMatch(r -> r.header("authorization").isEmpty()));
    }
  }

  @Test
  void anAddressThatHasExpiredIsAskedForAnew() throws Exception {
    byte[] model = bytes(6, 1000);
    try (HubServer cdn = new HubServer().file("m.gguf", model);
        HubServer server = new HubServer().file("m.gguf", model)) {
      cdn.misbehaving(
          (s, r, out) -> {
            boolean expired = r.path().endsWith("?1");
            if (expired) {
              HubServer.send(out, "403 Forbidden", "", new byte[0]);
            }
            return expired || s.answerAs(r, "/cdn/m.gguf", out);
          });
      AtomicInteger count = new AtomicInteger();
      server.misbehaving(
          (s, r, out) -> {
            if (r.isFile()) {
              String to = cdn.address() + "/m.gguf?" + count.incrementAndGet();
              HubServer.send(out, "302 Found", "Location: " + to + "\r\n", new byte[0]);
            }
            return r.isFile();
          });
      Path file = pull(MisbehaviourTest.settings(server, home), "user/repo");
      assertArrayEquals(model, Files.readAllBytes(file));
      assertEquals(2, count.get());
    }
  }

  @Test
  void fromHttpsNothingGoesOnToHttp() {
    URI secure = URI.create("https://a.test/x");
    assertEquals(URI.create("https://b.test/y"), Transport.target(secure, "https://b.test/y"));
    assertEquals(URI.create("https://a.test/y"), Transport.target(secure, "/y"));
    URI open = URI.create("http://a.test/x");
    assertEquals(secure, Transport.target(open, "https://a.test/x"));
    for (String to : List.of("http://a.test/x", "file:///x", "ftp://a/x", "https:///x", "h t")) {
      assertThrows(HubException.class, () -> Transport.target(secure, to), to);
    }
  }

  @Test
  void whatIsDoneIsNotFetchedAgain() throws Exception {
    Path part = home.resolve("x.incomplete");
    try (PartBlob blob = PartBlob.open(part, 1000, 400)) {
      assertEquals(3, blob.segments().size());
      blob.add(blob.segments().get(1), new byte[100], 70);
    }
    try (PartBlob blob = PartBlob.open(part, 1000, 400)) {
      assertEquals(70, blob.done());
      assertEquals(333 + 70, blob.segments().get(1).at());
    }
    try (PartBlob blob = PartBlob.open(part, 1001, 400)) {
      assertEquals(0, blob.done(), "another size is another file");
    }
  }

  @Test
  void onlyWhatNothingElseUsesIsRemoved() throws Exception {
    byte[] same = bytes(7, 500);
    try (HubServer server = new HubServer().file("a-Q8_0.gguf", same).file("b.gguf", same)) {
      HubSettings settings = MisbehaviourTest.settings(server, home);
      Path a = pull(settings, "user/repo/a-Q8_0.gguf");
      Path b = pull(settings, "user/repo/b.gguf");
      Removal.of(settings, "user/repo:Q8_0").run();
      assertFalse(Files.exists(a));
      assertArrayEquals(same, Files.readAllBytes(b));
      Removal.of(settings, "https://huggingface.co/user/repo/blob/main/b.gguf").run();
      assertFalse(Files.exists(b));
      Removal.of(settings, "hf:user/repo").run();
      assertFalse(Files.exists(repository()));
      assertTrue(Files.exists(settings.cache()));
      for (String wrong : List.of("user/repo", "ollama:x", "../x", "a/..", "user/repo/../x")) {
        assertThrows(HubException.class, () -> Removal.of(settings, wrong), wrong);
      }
    }
  }

  @Test
  void modelsOfOthersAreFound() throws Exception {
    String digest = "a".repeat(64);
    Path ollama = Files.createDirectories(home.resolve(".ollama/models/blobs"));
    Files.writeString(ollama.resolve("sha256-" + digest), "GGUF");
    Path manifest = ollama.resolveSibling("manifests/registry.ollama.ai/library/gemma3/latest");
    Files.createDirectories(manifest.getParent());
    Files.writeString(
        manifest,
        "{\"layers\":[{\"mediaType\":\"application/vnd.ollama.image.model\",\"digest\":\"sha256:%s\"}]}"
            .formatted(digest));
    Path studio = Files.createDirectories(home.resolve(".lmstudio/models/pub/repo"));
    Files.writeString(studio.resolve("m.gguf"), "GGUF");
    HubSettings settings = HubSettings.of(name -> null, home);
    LocalModels models = new LocalModels(settings, name -> null, home);
    assertEquals(ollama.resolve("sha256-" + digest), models.find("ollama", "gemma3"));
    assertEquals(studio.resolve("m.gguf"), models.find("lmstudio", "pub/repo"));
    assertThrows(HubException.class, () -> models.find("ollama", "../gemma3"));
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, , ",
    "a/b:Q8_0, a/b, Q8_0, ",
    "a/b/c/d.gguf, a/b, , c/d.gguf",
    "hf:a/b.c-d, a/b.c-d, , "
  })
  void namesAreRead(String text, String repository, String quant, String file) {
    assertEquals(new HubName(repository, quant, file), HubName.of(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a/", "/b", "../b", "a/..", "a/b/../c", "a b/c", "a/b:", "a/.b", ""})
  void whatIsNoNameIsRefused(String text) {
    assertThrows(HubException.class, () -> HubName.of(text));
  }

  @Test
  void aQuantIsFoundAsLlamaCppFindsIt() {
    List<String> paths =
        List.of(
            "mmproj-Q8_0.gguf", "a-F16.gguf", "q8_0/a-Q8_0.gguf", "a-q4_k_m-00001-of-00002.gguf");
    assertEquals("a-q4_k_m-00001-of-00002.gguf", FileChoice.gguf(paths, null));
    assertEquals("q8_0/a-Q8_0.gguf", FileChoice.gguf(paths, "q8_0"));
    assertEquals("a-F16.gguf", FileChoice.gguf(paths.subList(0, 2), null));
    assertNull(FileChoice.gguf(paths, "Q5_0"));
  }

  @Test
  void theOrderOfFoldersIsLlamaCpps() {
    Map<String, String> env = new java.util.HashMap<>();
    assertEquals(home.resolve(".cache/huggingface/hub"), HubSettings.of(env::get, home).cache());
    for (String[] row :
        new String[][] {
          {"XDG_CACHE_HOME", "/x", "/x/huggingface/hub"},
          {"HF_HOME", "/h", "/h/hub"},
          {"HUGGINGFACE_HUB_CACHE", "/o", "/o"},
          {"HF_HUB_CACHE", "/c", "/c"},
          {"LLAMA_CACHE", "/l", "/l"}
        }) {
      env.put(row[0], row[1]);
      assertEquals(Path.of(row[2]), HubSettings.of(env::get, home).cache(), row[0]);
    }
  }
}
