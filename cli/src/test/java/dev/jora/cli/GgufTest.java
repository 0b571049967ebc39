package dev.jora.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.gguf.GgufFile;
import dev.jora.gguf.GgufValue;
import dev.jora.gguf.GgufWriter;
import dev.jora.gguf.TensorInfo;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jora gguf split} and {@code merge} as a user meets them. */
class GgufTest {
  private static final Path MODEL = Shared.testdata("architectures/llama/model.gguf");

  @TempDir Path folder;

  private List<String> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private JoraProcess.Result split(String... options) throws Exception {
    String[] args = new String[4 + options.length];
    args[0] = "gguf";
    args[1] = "split";
    System.arraycopy(options, 0, args, 2, options.length);
    args[args.length - 2] = MODEL.toString();
    args[args.length - 1] = path("m");
    return JoraWorker.run(args);
  }

  @Test
  void splitsAndMerges() throws Exception {
    JoraProcess.Result plan = split("--split-max-tensors", "8", "--dry-run");
    assertEquals(0, plan.code(), plan.err());
    assertEquals(
        """
        n_split: 3
        split 00001: n_tensors = 8, total_size = 0M
        split 00002: n_tensors = 8, total_size = 0M
        split 00003: n_tensors = 5, total_size = 0M
        """,
        plan.text());
    assertEquals(List.of(), list());
    JoraProcess.Result done = split("--split-max-tensors", "8");
    assertEquals(plan.text(), done.text(), done.err());
    List<String> shards =
        List.of("m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf");
    assertEquals(shards, list());
    JoraProcess.Result merged =
        JoraWorker.run("gguf", "merge", "--delete-splits", path(shards.getFirst()), path("w.gguf"));
    assertEquals(0, merged.code(), merged.err());
    assertEquals(List.of("w.gguf"), list());
    assertArrayEquals(Files.readAllBytes(MODEL), Files.readAllBytes(folder.resolve("w.gguf")));
  }

  @Test
  void aSizeIsDecimal() throws Exception {
    assertTrue(split("--split-max-size", "1M", "--dry-run").text().startsWith("n_split: 1\n"));
    assertTrue(
        split("--no-tensor-first-split", "--split-max-size", "1G", "--dry-run")
            .text()
            .startsWith("n_split: 2\nsplit 00001: n_tensors = 0,"));
  }

  @Test
  void setsMetadataAndKeepsTensors() throws Exception {
    Path template = Files.writeString(folder.resolve("t.jinja"), "{{ messages }}\n");
    String model = MODEL.toString();
    JoraProcess.Result done =
        JoraWorker.run(
            "gguf",
            "set",
            model,
            "--chat-template-file",
            template.toString(),
            "--kv",
            "x.u64=u64:18446744073709551615",
            "--kv",
            "x.i8=i8:-128",
            "--kv",
            "x.f=f64:0.5",
            "--kv",
            "x.tags=arr[str]:[\"a\",\"b:c\"]",
            "--kv",
            "x.n=arr[u16]:[1,65535]",
            "--kv",
            "general.name=str:a=b\u001b",
            "--kv",
            "x.int=int:7",
            "--kv",
            "x.int=int:8",
            "--kv",
            "x.below=int:-7",
            "--kv",
            "x.wide=int:5000000000",
            "--kv",
            "x.i8=int:-127",
            "--kv",
            "x.f=float:0.25",
            "--kv",
            "x.float=float:1",
            "--kv",
            "x.long=uint16:9",
            "--kv",
            "x.longs=arr[float32]:[1]",
            "--remove",
            "general.type",
            "-o",
            path("o.gguf"));
    assertEquals(0, done.code(), done.err());
    try (GgufFile before = GgufFile.open(MODEL);
        GgufFile after = GgufFile.open(folder.resolve("o.gguf"))) {
      assertEquals(before.infos(), after.infos());
      for (String name : before.tensors().keySet()) {
        assertEquals(-1, before.tensor(name).data().mismatch(after.tensor(name).data()), name);
      }
      assertEquals("{{ messages }}\n", after.metadata().string("tokenizer.chat_template"));
      assertFalse(after.metadata().contains("general.type"));
    }
    String dump = JoraWorker.run("gguf", "dump", path("o.gguf")).text();
    for (String line :
        List.of(
            "u64            x.u64 = 18446744073709551615\n",
            "i8             x.i8 = -127\n",
            "u32            x.int = 8\n",
            "i32            x.below = -7\n",
            "u64            x.wide = 5000000000\n",
            "f64            x.f = 0.25\n",
            "f32            x.float = 1.0\n",
            "u16            x.long = 9\n",
            "arr[f32,1]     x.longs = [1.0] (1)\n",
            "arr[str,2]     x.tags = ['a', 'b:c'] (2)\n",
            "arr[u16,2]     x.n = [1, 65535] (2)\n",
            "general.name = a=b\\x1b\n",
            "token_embd.weight\n")) {
      assertTrue(dump.contains(line), line + " in " + dump);
    }
    String keys = JoraWorker.run("gguf", "dump", "--no-tensors", path("o.gguf")).text();
    assertFalse(keys.contains("token_embd"), keys);
    String json = JoraWorker.run("gguf", "dump", "--json", path("o.gguf")).text();
    assertTrue(json.contains("\"offset\""), json);
  }

  @Test
  void aKeyThatIsNotThereIsRemovedWithAWarning() throws Exception {
    String[] set = {
      "gguf", "set", MODEL.toString(), "--remove", "no.such.key", "-o", path("o.gguf")
    };
    JoraProcess.Result done = JoraWorker.run(set);
    assertEquals(0, done.code(), done.err());
    assertTrue(done.err().contains("key no.such.key: there is none to remove"), done.err());
    assertEquals(-1, Files.mismatch(MODEL, folder.resolve("o.gguf")));
  }

  @Test
  void whatCannotBeSetIsRefused() throws Exception {
    String model = MODEL.toString();
    String[][] wrong = {
      {"2", "--kv KEY=TYPE:VALUE", "--kv", "x"},
      {"2", "is no value of type u8", "--kv", "x=u8:256"},
      {"2", "is no value of type u64", "--kv", "x=u64:-1"},
      {"2", "is no value of type arr[i32]", "--kv", "x=arr[i32]:[1,[2]]"},
      {"2", "is no value of type arr[str]", "--kv", "x=arr[str]:[1]"},
      {"2", "is no value of type bool", "--kv", "x=bool:yes"},
      {"2", "not 'integer'", "--kv", "x=integer:1"},
      {"2", "not 'arr'", "--kv", "x=arr:[1]"},
      {"2", "is no value of type int", "--kv", "x=int:1.5"},
      {"2", "is no value of type int", "--kv", "llama.block_count=int:-1"},
      {"2", "nothing to change"},
      {"1", "laid out", "--kv", "general.alignment=u32:64"},
      {"1", "laid out", "--remove", "split.count"},
      {"1", "llama.block_count is u32, not str", "--kv", "llama.block_count=str:2"},
      {"1", "tokenizer.ggml.tokens is arr[str,", "--kv", "tokenizer.ggml.tokens=arr[str]:[]"},
    };
    for (String[] row : wrong) {
      List<String> args = new ArrayList<>(List.of("gguf", "set", model, "-o", path("o.gguf")));
      args.addAll(List.of(row).subList(2, row.length));
      JoraProcess.Result result = JoraWorker.run(args.toArray(String[]::new));
      assertFails(result, Integer.parseInt(row[0]), row[1].replace("--kv KEY", "KEY"));
      assertEquals(List.of(), list());
    }
    String below = MODEL + "/o.gguf";
    assertFails(
        JoraWorker.run("gguf", "set", model, "--kv", "x=u8:1", "-o", below),
        1,
        "jora: " + below + " cannot be written: Not a directory");
    Path copy = Files.copy(MODEL, folder.resolve("m.gguf"));
    String[] same = {"gguf", "set", copy.toString(), "--kv", "x=bool:true", "-o", copy.toString()};
    assertFails(JoraWorker.run(same), 1, "the input itself");
    assertEquals(-1, Files.mismatch(MODEL, copy));
    String[] forced = Arrays.copyOf(same, same.length + 1);
    forced[same.length] = "--force";
    JoraProcess.Result done = JoraWorker.run(forced);
    assertEquals(0, done.code(), done.err());
    assertEquals(List.of("m.gguf"), list());
    assertTrue(GgufFile.readMetadata(copy).bool("x"));
  }

  /** What only describes a model may be of any type. */
  @Test
  void oddDescriptionsRefuseNoModel() throws Exception {
    String odd = path("odd.gguf");
    List<String> set = new ArrayList<>(List.of("gguf", "set", MODEL.toString(), "--force"));
    for (String key : List.of("general.name", "general.size_label", "general.basename")) {
      set.addAll(List.of("--kv", key + "=arr[u8]:[1]"));
    }
    set.addAll(List.of("--kv", "general.file_type=str:Q8", "-o", odd));
    ok(set.toArray(String[]::new));
    assertTrue(ok("info", odd).text().contains("general.name = "));
    ok("run", "-m", odd, "--prompt-ids", "3,4", "-n", "1", "-q");
    ok("bench", "-m", odd, "-p", "0", "-n", "1", "-r", "1", "-q");
    ok("quantize", odd, path("q.gguf"), "Q8_0");
  }

  /** Empty tensors, scalars and types that no kernel knows: every command takes them. */
  @Test
  void oddTensorsPassThroughEveryCommand() throws Exception {
    List<TensorInfo> extra =
        List.of(
            new TensorInfo("__marker__", GgmlType.F32, Shape.of(0), 0),
            new TensorInfo("empty.weight", GgmlType.F32, Shape.of(64, 0), 0),
            new TensorInfo("empty.q4", GgmlType.Q4_0, Shape.of(0, 32), 0),
            new TensorInfo("scalar", GgmlType.F32, Shape.of(), 0),
            new TensorInfo("ids", GgmlType.I64, Shape.of(4), 0));
    Path odd = folder.resolve("odd.gguf");
    try (GgufFile source = GgufFile.open(MODEL)) {
      Map<String, GgufValue> metadata = new LinkedHashMap<>(source.metadata().values());
      metadata.put("x.nest", new GgufValue.Arrs(List.of(new GgufValue.Strs(List.of("a\u001b")))));
      List<TensorInfo> all = new ArrayList<>(extra);
      all.addAll(source.infos());
      try (GgufWriter out = GgufWriter.create(odd, metadata, all)) {
        for (TensorInfo info : extra) {
          out.append(MemorySegment.ofArray(new byte[(int) info.bytes()]));
        }
        for (Tensor tensor : source.tensors().values()) {
          out.append(tensor.data());
        }
        out.finish();
      }
    }
    String info = ok("info", "--tensors", odd.toString()).text();
    assertTrue(info.contains("x.nest = [['a\\x1b'] (1)] (1)"), info);
    assertTrue(info.contains("__marker__") && info.contains("[]"), info);
    ok("info", "--json", odd.toString());
    ok("gguf", "split", "--split-max-tensors", "3", odd.toString(), path("s"));
    String first =
        list().stream().filter(name -> name.startsWith("s-00001")).findFirst().orElseThrow();
    ok("gguf", "merge", path(first), path("merged.gguf"));
    assertEquals(-1, Files.mismatch(odd, folder.resolve("merged.gguf")));
    ok("quantize", odd.toString(), path("q8.gguf"), "Q8_0");
    ok("quantize", odd.toString(), path("copy.gguf"), "COPY");
    try (GgufFile quantized = GgufFile.open(folder.resolve("q8.gguf"))) {
      assertEquals(0, quantized.tensor("empty.weight").bytes());
      assertEquals(GgmlType.I64, quantized.tensor("ids").type());
    }
    JoraProcess.Result run =
        ok(
            "run",
            "-m",
            odd.toString(),
            "--prompt-ids",
            "3,4",
            "--raw",
            "-n",
            "2",
            "-q",
            "--temp",
            "0");
    assertTrue(
        run.messages().contains("5 tensors of " + odd + " are not used: __marker__, "),
        run.messages());
    assertEquals(1, run.err().lines().filter(line -> line.contains("warning")).count());
    assertEquals(
        ok(
                "run",
                "-m",
                MODEL.toString(),
                "--prompt-ids",
                "3,4",
                "--raw",
                "-n",
                "2",
                "-q",
                "--temp",
                "0")
            .text(),
        run.text());
  }

  private static JoraProcess.Result ok(String... args) throws Exception {
    JoraProcess.Result result = JoraWorker.run(args);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  @Test
  void errorsAreOneSentence() throws Exception {
    assertFails(JoraProcess.run("gguf"), 2, "Missing command");
    assertFails(JoraWorker.run("gguf", "split", "a"), 2, "PREFIX");
    assertFails(split("--split-max-size", "1K"), 2, "'1K'", "2G");
    assertFails(split("--split-max-size", "0G"), 2, "'0G'");
    assertFails(split("--split-max-size", "1G", "--split-max-tensors", "5"), 2, "not both");
    assertFails(split("--split-max-tensors", "0"), 2, "1 or more");
    assertFails(
        JoraWorker.run("gguf", "merge", MODEL.toString(), path("w.gguf")), 1, "split.count");
    assertEquals(0, split().code());
    assertFails(split(), 1, "m-00001-of-00001.gguf is there already");
    Files.write(folder.resolve("w.gguf"), new byte[] {1});
    assertFails(
        JoraWorker.run(
            "gguf", "merge", "--delete-splits", path("m-00001-of-00001.gguf"), path("w.gguf")),
        1,
        "w.gguf is there already");
    assertEquals(List.of("m-00001-of-00001.gguf", "w.gguf"), list());
    assertFails(
        JoraWorker.run("gguf", "merge", path("m-00001-of-00001.gguf"), path("none/w.gguf")),
        1,
        "no such folder");
    assertFails(JoraWorker.run("gguf", "merge", path("none.gguf"), path("v.gguf")), 1, "none.gguf");
  }

  private static void assertFails(JoraProcess.Result result, int code, String... parts) {
    assertEquals(code, result.code(), result.err());
    for (String part : parts) {
      assertTrue(result.messages().contains(part), part + " in: " + result.messages());
    }
    assertFalse(result.err().contains("\tat "), result.err());
  }
}
