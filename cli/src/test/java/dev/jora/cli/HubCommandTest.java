package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jora.hub.HubServer;
import dev.jora.testing.Shared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models from the hub and from addresses, as commands fetch them. */
final class HubCommandTest {
  /** A command line of each command that takes a model; TEXT is a file. */
  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("info", ""),
          Map.entry("tokenize", "-p hello"),
          Map.entry("detokenize", "1 2"),
          Map.entry("template", "--messages MESSAGES"),
          Map.entry("grammar", "-j {} --text {}"),
          Map.entry("run", "-p hello -n 1"),
          Map.entry("chat", "-p hello -st -n 1"),
          Map.entry("embed", "-p hello --pooling mean"),
          Map.entry("rerank", "-q hello hello"),
          Map.entry("bench", "-p 1 -n 0 -r 1 --no-warmup"),
          Map.entry("perplexity", "-f TEXT -c 16 --chunks 1"),
          Map.entry("imatrix", "-f TEXT -c 16 --chunks 1 -o MATRIX"));

  @TempDir Path home;
  private HubServer server;
  private byte[] model;

  @BeforeEach
  void serve() throws Exception {
    model = Files.readAllBytes(Shared.testdata("jora-demo.gguf"));
    server = new HubServer().file("m-Q8_0.gguf", model);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private Map<String, String> environment() {
    return Map.of("HOME", home.toString(), "HF_ENDPOINT", server.address());
  }

  private JoraProcess.Result jora(String... words) throws Exception {
    return JoraWorker.run(new byte[0], environment(), words);
  }

  private long contents() {
    return server.requests.stream()
        .filter(r -> r.method().equals("GET") && r.path().startsWith("/cdn/"))
        .count();
  }

  @Test
  @Tag("slow")
  void everyCommandThatTakesAModelFetchesIt() throws Exception {
    Set<String> taking =
        CommandDoor.commands().getSubcommands().entrySet().stream()
            .filter(c -> c.getValue().getCommandSpec().findOption("-m") != null)
            .filter(c -> c.getKey().equals(c.getValue().getCommandName()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(COMMANDS.keySet()), taking);
    Path text = Files.writeString(home.resolve("text"), "Once upon a time there was. ".repeat(40));
    String chat = "[{\"role\":\"user\",\"content\":\"x\"}]";
    Path messages = Files.writeString(home.resolve("messages"), chat);
    long before = 0;
    for (var command : COMMANDS.entrySet()) {
      for (String[] option :
          new String[][] {
            {"-mu", server.address() + "/cdn/m-Q8_0.gguf"},
            {"-hf", "user/repo"},
            {"-hf", "user/repo", "-hff", "m-Q8_0.gguf"}
          }) {
        List<String> words = new ArrayList<>(List.of(command.getKey()));
        words.addAll(List.of(option));
        for (String word : command.getValue().split(" ")) {
          words.add(
              switch (word) {
                case "TEXT" -> text.toString();
                case "MESSAGES" -> messages.toString();
                case "MATRIX" -> home.resolve("matrix.gguf").toString();
                default -> word;
              });
        }
        words.removeIf(String::isEmpty);
        JoraProcess.Result result = jora(words.toArray(String[]::new));
        boolean fit = !command.getKey().equals("rerank"); // the small model sorts no documents
        assertEquals(fit ? 0 : 1, result.code(), words + ": " + result.err());
        assertTrue(fit || result.err().contains("m-Q8_0.gguf"), result.err());
      }
      before = before == 0 ? contents() : before;
      assertEquals(before, contents(), command.getKey() + " fetches again");
    }
  }

  @Test
  void whatPeoplePasteIsUnderstood() throws Exception {
    String cached = ".cache/huggingface/hub/models--user--repo/snapshots/";
    Path file = home.resolve(cached).resolve(HubServer.COMMIT).resolve("m-Q8_0.gguf");
    for (String word :
        List.of(
            "user/repo",
            "hf.co/user/repo:Q8_0",
            "https://huggingface.co/user/repo",
            "https://huggingface.co/user/repo/blob/main/m-Q8_0.gguf",
            "https://hf.co/user/repo/resolve/main/m-Q8_0.gguf?download=true",
            server.address() + "/user/repo/resolve/main/m-Q8_0.gguf")) {
      JoraProcess.Result pulled = jora("pull", word);
      assertEquals(file + "\n", pulled.text(), pulled.err());
      assertEquals("", pulled.messages(), "quiet where stderr is no terminal");
      for (String option : word.equals("user/repo") ? List.of("-hf") : List.of("-hf", "-mu")) {
        JoraProcess.Result told = jora("info", option, word, "--json");
        assertEquals(0, told.code(), told.err());
      }
    }
    assertArrayEquals(model, Files.readAllBytes(file));
    assertEquals(1, contents());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run -hf u/r -mu http://x.test/m.gguf|the model is given twice: -hf and -mu",
        "run -hff m.gguf -p x|-hf USER/REPO is missing",
        "run -m x.gguf -mu http://x.test/m.gguf -p x|the model is given twice",
        "run -m x.gguf -hff x -p x|the model is given twice",
        "run -mu m.gguf -p x|is no address of a file",
        "run -hf http://x.test/m.gguf -p x|names no model of the hub",
        "run -hf https://huggingface.co/u -p x|is the address of no model",
        "pull http://127.0.0.1:1/m.gguf --revision v1|--revision is of models of the hub",
        "pull --offline u/r|leave out --offline"
      })
  void faultsAreSentences(String row) throws Exception {
    String[] parts = row.split("\\|");
    JoraProcess.Result result = JoraWorker.run(parts[0].split(" "));
    assertTrue(result.code() == 1 || result.code() == 2, "" + result.code());
    assertTrue(result.err().contains(parts[1]), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    assertEquals("", result.text());
  }

  @Test
  void anOfflineVariableAndAProxyThatCannotBeUsed() throws Exception {
    for (String[] variable :
        new String[][] {
          {"HF_HUB_OFFLINE", "1", "HF_HUB_OFFLINE"},
          {"ALL_PROXY", "socks5://127.0.0.1:1", "ALL_PROXY must be like http://HOST:PORT"}
        }) {
      Map<String, String> environment = new HashMap<>(environment());
      environment.put(variable[0], variable[1]);
      JoraProcess.Result result = JoraWorker.run(new byte[0], environment, "pull", "user/repo");
      assertEquals(1, result.code());
      assertTrue(result.err().contains(variable[2]), result.err());
      assertEquals(0, server.requests.size());
      assertEquals(0, JoraWorker.run(new byte[0], environment, "list").code());
    }
  }

  @Test
  void whatCtrlCLeavesIsSaidAndGoesOn() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "no kill here");
    server.pause = 100;
    Process process = JoraProcess.start(environment(), "pull", "user/repo");
    while (contents() == 0 && process.isAlive()) {
      Thread.sleep(10);
    }
    Thread.sleep(500);
    new ProcessBuilder("/bin/kill", "-INT", "" + process.pid()).start().waitFor();
    String err = new String(process.getErrorStream().readAllBytes());
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(130, process.exitValue());
    assertTrue(err.contains("are kept, the same command goes on from there"), err);
    assertEquals("", new String(process.getInputStream().readAllBytes()));
    Path blobs = home.resolve(".cache/huggingface/hub/models--user--repo/blobs");
    try (Stream<Path> all = Files.list(blobs)) {
      assertTrue(all.allMatch(path -> path.toString().endsWith(".incomplete")));
    }
    server.pause = 0;
    long before = server.requests.size();
    JoraProcess.Result pulled = jora("pull", "user/repo");
    assertArrayEquals(model, Files.readAllBytes(Path.of(pulled.text().strip())));
    String range =
        server.requests.stream()
            .skip(before)
            .filter(r -> r.path().startsWith("/cdn/"))
            .map(r -> r.headers().get("range"))
            .findFirst()
            .orElseThrow();
    assertFalse(range.startsWith("bytes=0-"), range);
    try (Stream<Path> all = Files.list(blobs)) {
      assertEquals(1, all.count());
    }
  }
}
