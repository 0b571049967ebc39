package dev.jora.chat;

import dev.jora.gguf.Utf8;
import dev.jora.template.Text;
import dev.jora.template.Value;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** From JSON to the variables of a template, and from its output to tokens. */
public final class ChatPrompt {
  /**
   * Templates make special tokens of roles: {@code '<|' + role + '|>'}. A word cannot be one alone.
   */
  private static final Pattern ROLE = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  private ChatPrompt() {}

  /**
   * The variables that a vocabulary gives: {@code bos_token}, {@code eos_token} and {@code
   * unk_token}, where it has them.
   */
  public static Map<String, Value> variables(Vocab vocab) {
    Map<String, Value> variables = new LinkedHashMap<>();
    put(variables, "bos_token", vocab, vocab.bos());
    put(variables, "eos_token", vocab, vocab.eos());
    put(variables, "unk_token", vocab, vocab.unknown());
    return variables;
  }

  private static void put(Map<String, Value> variables, String name, Vocab vocab, int id) {
    if (id >= 0) {
      variables.put(name, Value.of(vocab.text(id), true));
    }
  }

  /**
   * The variables of a JSON object. All strings are data but special tokens ({@code bos_token} and
   * the like) and the roles of messages that are a word.
   *
   * @param json as {@link Value#of(Object, boolean)} takes it
   * @throws ChatException if it is no such object
   */
  public static Map<String, Value> variables(Map<String, ?> json) {
    Map<String, Value> variables = new LinkedHashMap<>();
    json.forEach(
        (name, value) -> {
          try {
            boolean messages = name.equals("messages");
            variables.put(
                name, messages ? messages(value) : Value.of(value, name.endsWith("_token")));
          } catch (IllegalArgumentException e) {
            throw new ChatException("'" + name + "': " + e.getMessage(), e);
          }
        });
    return variables;
  }

  private static Value messages(Object json) {
    if (!(json instanceof List<?> list)) {
      throw new ChatException("'messages' must be an array of messages");
    }
    List<Object> messages = new ArrayList<>();
    for (Object message : list) {
      if (!(message instanceof Map<?, ?> fields)) {
        throw new ChatException(
            "message "
                + (messages.size() + 1)
                + " must be an object such as {\"role\": \"user\","
                + " \"content\": \"…\"}");
      }
      Map<Object, Object> copy = new LinkedHashMap<>(fields);
      copy.computeIfPresent("role", (key, role) -> role(role));
      messages.add(copy);
    }
    return Value.of(messages, false);
  }

  private static Object role(Object role) {
    return role instanceof String s && ROLE.matcher(s).matches() ? Value.of(s, true) : role;
  }

  /**
   * The tokens of a rendered prompt: as those of the whole text, but that control tokens stand only
   * where every character is the template's own; and with the token that begins a text, where the
   * model wants it and the template did not put it there.
   */
  public static int[] tokens(Tokenizer tokenizer, Text prompt) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BitSet data = new BitSet();
    for (Text.Piece piece : prompt.pieces()) {
      int from = bytes.size();
      bytes.writeBytes(Utf8.encode(piece.text()));
      data.set(from, bytes.size(), !piece.trusted());
    }
    int[] ids =
        tokenizer.encode(
            bytes.toByteArray(),
            false,
            (from, to) -> {
              int next = data.nextSetBit(from);
              return next < 0 || next >= to;
            });
    int bos = tokenizer.vocab().bos();
    if (!tokenizer.addsBos() || bos < 0 || ids.length > 0 && ids[0] == bos) {
      return ids;
    }
    int[] begun = new int[ids.length + 1];
    begun[0] = bos;
    System.arraycopy(ids, 0, begun, 1, ids.length);
    return begun;
  }
}
