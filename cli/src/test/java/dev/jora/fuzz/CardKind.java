package dev.jora.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** Character cards, as JSON and in PNG. */
record CardKind(Sources sources) implements Kind {
  private static final String CARD =
      """
      {"spec":"chara_card_v2","spec_version":"2.0","data":{"name":"Ada","description":"{{char}} is kind.",
      "personality":"calm","scenario":"A library.","first_mes":"Hello, {{user}}.","mes_example":"<START>\\n\
      {{user}}: Hi\\n{{char}}: Yes?","creator_notes":"","system_prompt":"{{original}} Be short.",
      "post_history_instructions":"{{original}}","alternate_greetings":["Hey.","Oh."],"tags":["a"],
      "character_book":{"scan_depth":2,"token_budget":100,"recursive_scanning":false,"extensions":{},
      "entries":[{"keys":["hi","dog"],"secondary_keys":["x"],"selective":false,"content":"Dogs.",
      "enabled":true,"insertion_order":1,"case_sensitive":false,"constant":true,"position":"before_char"}]},
      "extensions":{}}}
      """;
  private static final String[] WORDS = {
    "\"spec\":1",
    "\"name\":\"\"",
    "\"data\":null",
    "\"data\":[]",
    "\"entries\":{}",
    "\"keys\":[null]",
    "\"keys\":[\"\"]",
    "\"insertion_order\":1e99",
    "\"scan_depth\":-1",
    "{{random:a,b}}",
    "<START>"
  };

  @Override
  public List<List<String>> make(Random random, Path folder) throws IOException {
    byte[] json = Damage.text(CARD, WORDS, random);
    Path card = folder.resolve(random.nextBoolean() ? "card.json" : "card.png");
    Files.write(card, card.toString().endsWith(".png") ? png(json, random) : json);
    return commands(card, folder);
  }

  @Override
  public List<List<String>> commands(Path input, Path folder) throws IOException {
    return List.of(sources.chat("hi dog", "chatml", "--character", input.toString()));
  }

  private static byte[] png(byte[] json, Random random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(out, "IHDR", new byte[] {0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0});
    byte[] keyword =
        (random.nextInt(4) == 0 ? "ccv3\0" : "chara\0").getBytes(StandardCharsets.UTF_8);
    byte[] text = Base64.getEncoder().encode(json);
    byte[] body = new byte[keyword.length + text.length];
    System.arraycopy(keyword, 0, body, 0, keyword.length);
    System.arraycopy(text, 0, body, keyword.length, text.length);
    String[] types = {"tEXt", "tEXt", "tEXt", "iTXt", "zTXt"};
    chunk(out, Damage.one(types, random), body);
    chunk(out, "IEND", new byte[0]);
    return random.nextBoolean() ? out.toByteArray() : Damage.bytes(out.toByteArray(), random);
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] body) {
    CRC32 crc = new CRC32();
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    crc.update(name);
    crc.update(body);
    big(out, body.length);
    out.writeBytes(name);
    out.writeBytes(body);
    big(out, (int) crc.getValue());
  }

  private static void big(ByteArrayOutputStream out, int value) {
    GgufParts.number(out, Integer.reverseBytes(value), 4);
  }
}
