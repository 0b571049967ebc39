package dev.jora.convert.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jora.convert.source.SourceException;
import dev.jora.gguf.GgufValue;
import dev.jora.model.checkpoint.TokenizerKind;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of single files and of their faults. */
final class TokenizerFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BPE = "'type':'BPE','vocab':{'a':0,'b':1,'ab':3},'merges':['a b']";
  private static final String LEVEL = "'pre_tokenizer':{'type':'ByteLevel'}";

  @TempDir private Path folder;

  private Map<String, GgufValue> read(TokenizerKind kind, int size, String config) {
    return read(kind, size, config, Optional.empty());
  }

  private Map<String, GgufValue> read(
      TokenizerKind kind, int size, String config, Optional<String> pre) {
    return TokenizerFiles.read(folder, new TokenizerRequest(kind, size, json(config), pre));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A file; quotes in it are single. */
  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.replace('\'', '"'));
  }

  private void copy(String name) throws IOException {
    try (var files = Files.list(Shared.testdata("tokenizer-files").resolve(name))) {
      for (Path file : files.toList()) {
        Path copy = folder.resolve(file.getFileName());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<String> strings(Map<String, GgufValue> keys, String key) {
    return ((GgufValue.Strs) keys.get("tokenizer." + key)).values();
  }

  private static String types(Map<String, GgufValue> keys) {
    return Arrays.toString(((GgufValue.Ints) keys.get("tokenizer.ggml.token_type")).values());
  }

  private static String text(Map<String, GgufValue> keys, String key) {
    GgufValue value = keys.get("tokenizer." + key);
    return value == null ? null : value.toString();
  }

  /** Keys and values that are no arrays. */
  private static String flat(Map<String, GgufValue> keys) {
    List<String> flat = new ArrayList<>();
    keys.forEach(
        (key, value) -> {
          if (!(value instanceof GgufValue.Arr)) {
            flat.add(key.replaceAll("tokenizer\\.(ggml\\.)?", "") + "=" + value);
          }
        });
    return String.join(" ", flat);
  }

  @Test
  void holesAndRowsWithoutATokenAreUnused() throws IOException {
    write(
        "tokenizer.json",
        "{'model':{%s},%s,'added_tokens':[".formatted(BPE, LEVEL)
            + "{'id':4,'content':'<s>','special':true},{'id':5,'content':'<|x|>'},"
            + "{'id':6,'content':'my▁word'},{'id':7,'content':'<pad>'},{'id':9,'content':'b'}]}");

    Map<String, GgufValue> keys = read(TokenizerKind.BPE, 10, "{}");

    assertEquals(
        List.of("a", "b", "[PAD2]", "ab", "<s>", "<|x|>", "my word", "<pad>", "[PAD8]", "[PAD9]"),
        strings(keys, "ggml.tokens"));
    assertEquals("[1, 4, 5, 1, 3, 3, 4, 3, 5, 5]", types(keys));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "!a b!,!ab c!; a b|ab c",
        "[!a!,!b!],[!ab!,! c!]; a b|ab Ġc",
        "[!a!,!b!],!ab c!; a b|ab c"
      })
  void mergesAreStringsOrPairs(String merges, String expected) throws IOException {
    String model =
        "'type':'BPE','vocab':{'a':0,'b':1},'merges':[" + merges.replace('!', '\'') + "]";
    write("tokenizer.json", "{'model':{%s},%s}".formatted(model, LEVEL));
    assertEquals(
        List.of(expected.split("\\|")), strings(read(TokenizerKind.BPE, 0, "{}"), "ggml.merges"));
  }

  @Test
  void mergesAreLinesWhereTheJsonHasNone() throws IOException {
    String model = "'type':'BPE','vocab':{'a':0,'b':1,'#':2}";
    write("tokenizer.json", "{'model':{%s},%s}".formatted(model, LEVEL));
    write("merges.txt", "\uFEFF#version: 0.2\r\na b\r\n\r\n# b\r\nmal for med\r\nab c\r\n");
    assertEquals(
        List.of("a b", "# b", "ab c"), strings(read(TokenizerKind.BPE, 0, "{}"), "ggml.merges"));
  }

  @Test
  void aByteOrderMarkAndHalfAPairAreNoFault() throws IOException {
    String added = "{'id':2,'content':'\\ud800x'}";
    String model = "'type':'BPE','vocab':{'a':0,'b':1},'merges':['a b']";
    write(
        "tokenizer.json",
        "\uFEFF{'model':{%s},%s,'added_tokens':[%s]}".formatted(model, LEVEL, added));
    assertEquals(
        List.of("a", "b", "\uFFFDx"), strings(read(TokenizerKind.BPE, 0, "{}"), "ggml.tokens"));
  }

  /** Texts among the added tokens come first, then ids of the configuration, then its text's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{'bos_token':'<s>','eos_token':{'content':'</s>'}}; {'bos_token_id':1,'pad_token_id':0};"
            + "bos_token_id=4 eos_token_id=5 padding_token_id=0",
        "{'bos_token':'a'}; {'bos_token_id':1}; bos_token_id=1",
        "{}; {'eos_token_id':[1,2],'text_config':{'bos_token_id':1,'eos_token_id':0}};"
            + "bos_token_id=1",
        "{'sep_token':'</s>','unk_token':'<s>','mask_token':null}; {'mask_token_id':3};"
            + "eos_token_id=5 unknown_token_id=4 seperator_token_id=5 mask_token_id=3",
        "{'cls_token':'<s>'}; {'pad_token_id':-1,'sep_token_id':600,'unk_token_id':1.5};"
            + "bos_token_id=4",
        "{'add_bos_token':true,'add_eos_token':false,'add_sep_token':'x','add_pad_token':true}; {};"
            + "add_bos_token=true add_eos_token=false",
      })
  void rolesComeFromTheFilesInTheirOrder(String own, String config, String expected)
      throws IOException {
    writeAdded("null");
    write("tokenizer_config.json", own);
    assertEquals("model=gpt2 pre=gpt-2 " + expected, flat(read(TokenizerKind.BPE, 6, config)));
  }

  private void writeAdded(String processor) throws IOException {
    write(
        "tokenizer.json",
        "{'model':{%s},%s,'post_processor':%s,'added_tokens':[".formatted(BPE, LEVEL, processor)
            + "{'id':4,'content':'<s>','special':true},{'id':5,'content':'</s>','special':true}]}");
  }

  private static String template(String... single) {
    StringBuilder text = new StringBuilder("{'type':'TemplateProcessing','single':[");
    for (int i = 0; i < single.length; i++) {
      text.append(i == 0 ? "" : ",");
      text.append(
          single[i].equals("A")
              ? "{'Sequence':{'id':'A'}}"
              : "{'SpecialToken':{'id':'" + single[i] + "'}}");
    }
    return text.append("]").toString();
  }

  @Test
  void whatAPostProcessorAddsIsAdded() throws IOException {
    String own = "{'bos_token':'<s>','eos_token':{'content':'</s>'}}";
    String ids = "model=gpt2 pre=gpt-2 bos_token_id=4 eos_token_id=5";
    write("tokenizer_config.json", own);

    writeAdded(template("<s>", "A") + "}");
    assertEquals(ids + " add_bos_token=true", flat(read(TokenizerKind.BPE, 6, "{}")));
    writeAdded("{'type':'Sequence','processors':[" + template("<s>", "A", "</s>") + "}]}");
    assertEquals(
        ids + " add_bos_token=true add_eos_token=true", flat(read(TokenizerKind.BPE, 6, "{}")));
    writeAdded(template("</s>", "A") + "}");
    assertEquals(ids + " add_bos_token=false", flat(read(TokenizerKind.BPE, 6, "{}")));
    writeAdded("{'type':'RobertaProcessing','cls':['<s>',4],'sep':['</s>',5]}");
    assertEquals(
        ids + " seperator_token_id=5 add_bos_token=true add_eos_token=true add_sep_token=true",
        flat(read(TokenizerKind.BPE, 6, "{}")));
    writeAdded(
        template("A")
            + ",'pair':[{'Sequence':{'id':'A'}},{'SpecialToken':{'id':'</s>'}},"
            + "{'Sequence':{'id':'B'}}]}");
    assertEquals(
        ids + " seperator_token_id=5 add_sep_token=true", flat(read(TokenizerKind.BPE, 6, "{}")));
  }

  /** Another token at the end of a text is its end, and the one of this name ends a turn. */
  @Test
  void theTokenAtTheEndOfATextIsItsEnd() throws IOException {
    write("tokenizer_config.json", "{'eos_token':'<s>'}");
    writeAdded(template("A", "</s>") + "}");
    assertEquals(
        "model=gpt2 pre=gpt-2 eos_token_id=5 eot_token_id=4 add_eos_token=true",
        flat(read(TokenizerKind.BPE, 6, "{}")));
  }

  @Test
  void chatTemplatesComeFromTheFirstFileThatHasThem() throws IOException {
    writeAdded("null");
    write("chat_template.json", "{'chat_template':'of json'}");
    assertEquals("of json", text(read(TokenizerKind.BPE, 6, "{}"), "chat_template"));

    write("chat_template.jinja", "of\r\njinja");
    write("additional_chat_templates/tool-use.jinja", "tools");
    write("additional_chat_templates/notes.txt", "no template");
    Map<String, GgufValue> keys = read(TokenizerKind.BPE, 6, "{}");
    assertEquals("of\njinja", text(keys, "chat_template"));
    assertEquals("tools", text(keys, "chat_template.tool_use"));
    assertEquals(List.of("tool_use"), strings(keys, "chat_templates"));

    write("tokenizer_config.json", "{'chat_template':null}");
    assertEquals("of\njinja", text(read(TokenizerKind.BPE, 6, "{}"), "chat_template"));
    write(
        "tokenizer_config.json",
        "{'chat_template':[{'name':'rag','template':'r'},{'name':'default','template':'d'}]}");
    keys = read(TokenizerKind.BPE, 6, "{}");
    assertEquals(
        List.of(
            "tokenizer.chat_template.rag", "tokenizer.chat_templates", "tokenizer.chat_template"),
        List.copyOf(keys.keySet()).subList(keys.size() - 3, keys.size()));
    assertEquals("d", text(keys, "chat_template"));
    write("tokenizer_config.json", "{'chat_template':'one'}");
    assertEquals("one", text(read(TokenizerKind.BPE, 6, "{}"), "chat_template"));
  }

  @Test
  void sentencePieceHasTheTokensAddedToIt() throws IOException {
    copy("llama-spm");
    write("added_tokens.json", "{'<extra>':609,'<|im_end|>':610,'beyond':620}");
    Map<String, GgufValue> keys =
        read(TokenizerKind.LLAMA, 620, Files.readString(folder.resolve("config.json")));

    assertEquals(
        List.of("[PAD608]", "<extra>", "<|im_end|>", " odd one", "[SYS]", "[PAD613]"),
        strings(keys, "ggml.tokens").subList(608, 614));
    assertTrue(types(keys).contains("5, 4, 3, 4, 3, 5"), types(keys));
    assertEquals("model=llama pre=default bos_token_id=1 add_bos_token=true", flat(keys));
    float[] scores = ((GgufValue.F32s) keys.get("tokenizer.ggml.scores")).values();
    assertEquals(-10000, scores[608]);
    assertEquals(-1000, scores[610]);
    int user = strings(keys, "ggml.tokens").indexOf("<user>");
    assertEquals("1", types(keys).replaceAll("[\\[\\] ]", "").split(",")[user]);
    assertEquals(300, strings(read(TokenizerKind.LLAMA, 300, "{}"), "ggml.tokens").size());
  }

  @Test
  void kindsAddWhatLlamaCppAdds() throws IOException {
    copy("llama-spm");
    write("tokenizer_config.json", "{'add_prefix_space':false}");
    String first = "add_space_prefix=false model=llama pre=default";
    assertEquals(first, flat(read(TokenizerKind.LLAMA, 620, "{}")));
    assertEquals(
        "model=llama pre=default add_space_prefix=false", flat(read(TokenizerKind.ERNIE, 0, "{}")));
    assertEquals(
        "model=llama pre=default eot_token_id=107 add_space_prefix=false",
        flat(read(TokenizerKind.GEMMA, 0, "{}")));
    assertEquals(
        "model=llama pre=default padding_token_id=0 unknown_token_id=1",
        flat(read(TokenizerKind.NEMOTRON, 0, "{}")));
    assertEquals(first + " eot_token_id=32010", flat(read(TokenizerKind.LLAMA, 32016, "{}")));
    assertEquals(first + " add_bos_token=false", flat(read(TokenizerKind.LLAMA, 49152, "{}")));
  }

  @Test
  void specialTokensOfGlmAreKnownByTheirTexts() throws IOException {
    String added = "{'id':4,'content':'<|endoftext|>'},{'id':5,'content':'[gMASK]'},";
    write(
        "tokenizer.json",
        "{'model':{%s},%s,'added_tokens':[%s".formatted(BPE, LEVEL, added)
            + "{'id':6,'content':'<|user|>'},{'id':7,'content':'<|observation|>'}]}");
    assertEquals(
        "model=gpt2 pre=gpt-2 eos_token_id=4 eot_token_id=6 unknown_token_id=4 bos_token_id=4",
        flat(read(TokenizerKind.GLM4, 0, "{}")));
    assertEquals(
        "model=gpt2 pre=gpt-2 bos_token_id=5 eot_token_id=6 unknown_token_id=4 eom_token_id=7",
        flat(read(TokenizerKind.GLM4_MOE, 0, "{}")));
    write("generation_config.json", "{'eos_token_id':[7,6]}");
    assertEquals(
        "model=gpt2 pre=gpt-2 eos_token_id=6 eot_token_id=7",
        flat(read(TokenizerKind.HUNYUAN, 0, "{'eod_token_id':6,'pad_token_id':-1}")));
    assertTrue(
        flat(read(TokenizerKind.PHI2, 0, "{}")).startsWith("add_bos_token=false model=gpt2"));
  }

  @Test
  void charactersWithByteFallbackAreLlamas() throws IOException {
    copy("llama-hf");
    Map<String, GgufValue> keys = read(TokenizerKind.LLAMA, 700, "{}");
    assertEquals(
        "model=llama pre=default bos_token_id=1 eos_token_id=2 unknown_token_id=0"
            + " seperator_token_id=2 add_bos_token=true add_eos_token=true add_sep_token=true",
        flat(keys));
    assertEquals("[PAD699]", strings(keys, "ggml.tokens").get(699));
    assertTrue(types(keys).startsWith("[3, 3, 3, 1, 6, 6"), types(keys));
  }

  @Test
  void gemma4KeepsItsMergesAndShowsItsChannels() throws IOException {
    copy("gemma4");
    Map<String, GgufValue> keys = read(TokenizerKind.GEMMA4, 0, "{'bos_token_id':1}");
    assertEquals(
        "model=gemma4 bos_token_id=1 add_space_prefix=false add_bos_token=true", flat(keys));
    int channel = strings(keys, "ggml.tokens").indexOf("<|channel>");
    assertEquals("4", types(keys).replaceAll("[\\[\\] ]", "").split(",")[channel]);
    assertFalse(strings(keys, "ggml.merges").isEmpty());
    assertEquals("gemma4", text(read(TokenizerKind.BPE, 0, "{}"), "ggml.pre"));
  }

  @Test
  void unigramAndWordPieceSayHowTheyNormalise() throws IOException {
    copy("t5");
    Map<String, GgufValue> keys = read(TokenizerKind.T5, 320, "{'eos_token_id':1}");
    assertEquals(
        "model=t5 pre=default add_space_prefix=true remove_extra_whitespaces=true eos_token_id=1"
            + " unknown_token_id=2",
        flat(keys));
    assertTrue(keys.containsKey("tokenizer.ggml.precompiled_charsmap"));
    copy("bert-cased");
    keys = read(TokenizerKind.BERT, 0, "{}");
    assertEquals("false", text(keys, "ggml.normalizer.lowercase"));
    assertTrue(strings(keys, "ggml.tokens").contains("▁the"), "words begin with ▁");
    Files.delete(folder.resolve("tokenizer.json"));
    write("vocab.txt", "[PAD]\r\n[UNK]\r\nthe\r\n##s\r\n");
    keys = read(TokenizerKind.BERT, 0, "{}");
    assertEquals(List.of("[PAD]", "[UNK]", "▁the", "s"), strings(keys, "ggml.tokens"));
  }

  @Test
  void rwkvsBytesAreEscaped() throws IOException {
    Files.writeString(
        folder.resolve("rwkv_vocab_v20230424.txt"),
        "1 '\\x00' 1\n"
            + "2 '\\n"
            + "' 1\n"
            + "3 ' é' 3\n"
            + "4 b'\\xff\\xe9' 2\n"
            + "5 \"it's\" 4\n"
            + "6 '\\'\"' 2\n"
            + "7 '\\\\' 1\n");
    Map<String, GgufValue> keys = read(TokenizerKind.RWKV, 10, "{}");
    assertEquals(
        List.of(
            "<s>",
            "\\x00",
            "\\n",
            " \\xc3\\xa9",
            "\\xff\\xe9",
            "it's",
            "\\'\"",
            "\\\\",
            "[PAD8]",
            "[PAD9]"),
        strings(keys, "ggml.tokens"));
    assertEquals("model=rwkv bos_token_id=0 eos_token_id=0", flat(keys));
  }

  @ParameterizedTest
  @CsvSource({"GPT2Tokenizer, gpt-2", "GPT2TokenizerFast, gpt-2", "Qwen2Tokenizer, qwen2"})
  void vocabJsonIsCutByItsClass(String type, String pre) throws IOException {
    write("vocab.json", "{'a':0,'b':1,'ab':2,'<|endoftext|>':3}");
    write("merges.txt", "a b\n");
    write("tokenizer_config.json", "{'tokenizer_class':'%s'}".formatted(type));
    Map<String, GgufValue> keys = read(TokenizerKind.BPE, 0, "{}");
    assertEquals(pre, text(keys, "ggml.pre"));
    assertEquals("[1, 1, 1, 3]", types(keys));
    write("tokenizer_config.json", "{'tokenizer_class':'OtherTokenizer'}");
    SourceException fault =
        assertThrows(UnknownPreTokenizerException.class, () -> read(TokenizerKind.BPE, 0, "{}"));
    assertTrue(fault.getMessage().contains("OtherTokenizer"), fault.getMessage());
  }

  @Test
  void aPreTokenizerWithoutANameIsShown() throws IOException {
    String split = "{'type':'Split','pattern':{'Regex':'[xyz]+'},'behavior':'Isolated'}";
    write(
        "tokenizer.json",
        "{'model':{%s},'normalizer':{'type':'NFKC'},'pre_tokenizer':%s}".formatted(BPE, split));
    UnknownPreTokenizerException fault =
        assertThrows(UnknownPreTokenizerException.class, () -> read(TokenizerKind.BPE, 0, "{}"));
    assertTrue(fault.getMessage().contains("[xyz]+"), fault.getMessage());
    assertTrue(fault.getMessage().contains("NFKC"), fault.getMessage());
    assertTrue(fault.sentence().calling(name -> "--" + name).endsWith("--pre"), fault.getMessage());
    assertEquals("qwen2", text(read(TokenizerKind.BPE, 0, "{}", Optional.of("qwen2")), "ggml.pre"));
    SourceException other =
        assertThrows(
            SourceException.class, () -> read(TokenizerKind.BPE, 0, "{}", Optional.of("qwen9")));
    assertTrue(other.getMessage().contains("qwen9"), other.getMessage());
  }

  static List<String[]> faults() {
    String good = "'merges':['a b']";
    return List.of(
        new String[] {"{", "no JSON"},
        new String[] {"", "a JSON object"},
        new String[] {"[]", "a JSON object"},
        new String[] {"{'model':{}} more", "no JSON"},
        new String[] {"[".repeat(100_000), "no JSON"},
        new String[] {"{}", "model.vocab"},
        new String[] {"{'model':[]}", "model"},
        new String[] {"{'model':{'type':'Unigram','vocab':[]}}", "model.type"},
        new String[] {"{'model':{'vocab':{}}}", "model.vocab"},
        new String[] {"{'model':{'vocab':['a'],%s}}".formatted(good), "model.vocab"},
        new String[] {"{'model':{'vocab':{'a':-1},%s}}".formatted(good), "'a'"},
        new String[] {"{'model':{'vocab':{'a':2147483648},%s}}".formatted(good), "'a'"},
        new String[] {"{'model':{'vocab':{'a':2147483647},%s}}".formatted(good), "vocabulary"},
        new String[] {"{'model':{'vocab':{'a':1e300},%s}}".formatted(good), "'a'"},
        new String[] {"{'model':{'vocab':{'a':'0'},%s}}".formatted(good), "'a'"},
        new String[] {"{'model':{'vocab':{'a':0}}}", "merges"},
        new String[] {"{'model':{'vocab':{'a':0},'merges':{'a':'b'}}}", "model.merges"},
        new String[] {"{'model':{'vocab':{'a':0},'merges':['ab']}}", "model.merges[0]"},
        new String[] {"{'model':{'vocab':{'a':0},'merges':[['a','']]}}", "model.merges[0]"},
        new String[] {"{'model':{'vocab':{'a':0},'merges':[['a','b','c']]}}", "merges[0]"},
        new String[] {"{'model':{'vocab':{'a':0},'merges':[7]}}", "model.merges[0]"},
        new String[] {"{'model':{%s},'added_tokens':{}}".formatted(BPE), "added_tokens"},
        new String[] {"{'model':{%s},'added_tokens':[1]}".formatted(BPE), "added_tokens[0].id"},
        new String[] {"{'model':{%s},'added_tokens':[{'id':1}]}".formatted(BPE), "content"});
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultsAreNamed(String file, String part) throws IOException {
    String text = file.startsWith("{'model':{") ? file.replaceFirst("}$", "," + LEVEL + "}") : file;
    write("tokenizer.json", text);
    SourceException fault =
        assertThrows(SourceException.class, () -> read(TokenizerKind.BPE, 0, "{}"));
    assertTrue(fault.getMessage().contains(part), fault.getMessage());
    assertTrue(fault.getMessage().contains(folder.toString()), fault.getMessage());
    assertNull(fault.getMessage().lines().skip(1).findAny().orElse(null));
  }

  @Test
  void vocabulariesMustFitTheModel() throws IOException {
    writeAdded("null");
    for (int size : new int[] {5, 2_000_000_000}) {
      SourceException fault =
          assertThrows(SourceException.class, () -> read(TokenizerKind.BPE, size, "{}"));
      assertTrue(fault.getMessage().contains("" + size), fault.getMessage());
    }
    for (TokenizerKind kind : TokenizerKind.values()) {
      Path empty = folder.resolve("none");
      SourceException fault =
          assertThrows(
              SourceException.class,
              () ->
                  TokenizerFiles.read(
                      empty, new TokenizerRequest(kind, 0, json("{}"), Optional.empty())));
      assertTrue(fault.getMessage().contains("expected the file"), kind + fault.getMessage());
    }
  }
}
