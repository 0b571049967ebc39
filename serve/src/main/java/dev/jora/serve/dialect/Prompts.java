package dev.jora.serve.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jora.gguf.Utf8;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields.Field;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Prompts as requests have them: a text, a list of tokens, a list of both, or a list of prompts.
 */
final class Prompts {
  private static final int MOST = 256;

  private Prompts() {}

  /** One prompt or several. */
  static List<int[]> read(Field field, Tokenizer tokenizer) {
    JsonNode value = field.value();
    boolean many =
        value.isArray()
            && !value.isEmpty()
            && StreamSupport.stream(value.spliterator(), false)
                .allMatch(v -> v.isTextual() || v.isArray() || v.isObject());
    if (!many) {
      return List.of(one(value, tokenizer));
    }
    if (value.size() > MOST) {
      throw field.fault("at most %d prompts, found %d", MOST, value.size());
    }
    List<int[]> prompts = new ArrayList<>();
    value.forEach(each -> prompts.add(one(each, tokenizer)));
    return prompts;
  }

  /** A text, or tokens and texts mixed. */
  private static int[] one(JsonNode value, Tokenizer tokenizer) {
    if (value.isTextual()) {
      return tokenizer.encode(value.textValue(), true, true);
    }
    if (value.isObject() && value.path("prompt_string").isTextual()) {
      return one(value.get("prompt_string"), tokenizer);
    }
    if (!value.isArray()) {
      throw wrong();
    }
    IntStream.Builder ids = IntStream.builder();
    boolean first = true;
    for (JsonNode each : value) {
      if (each.isTextual()) {
        for (int id : tokenizer.encode(each.textValue(), first, true)) {
          ids.add(id);
        }
      } else if (each.isIntegralNumber()) {
        ids.add(token(each, tokenizer));
      } else {
        throw wrong();
      }
      first = false;
    }
    return ids.build().toArray();
  }

  private static int token(JsonNode value, Tokenizer tokenizer) {
    int most = tokenizer.vocab().size();
    if (!value.canConvertToInt() || value.intValue() < 0 || value.intValue() >= most) {
      throw HttpFault.invalid("token id %s is outside the vocabulary of %d", value.asText(), most);
    }
    return value.intValue();
  }

  private static HttpFault wrong() {
    return new HttpFault(
            HttpFault.Kind.INVALID,
            "\"prompt\" elements must be a string, a list of tokens, a JSON object containing a"
                + " prompt string, or a list of mixed strings & tokens")
        .with("param", "prompt");
  }

  /** The ids of a list. */
  static int[] ids(Field field, Tokenizer tokenizer) {
    return field.list().stream().mapToInt(f -> id(f, tokenizer)).toArray();
  }

  private static int id(Field field, Tokenizer tokenizer) {
    field.number(); // else its kind is wrong
    return token(field.value(), tokenizer);
  }

  /** The text of tokens, control tokens with theirs. */
  static String text(int[] ids, Tokenizer tokenizer) {
    return Utf8.decode(tokenizer.decode(ids, true));
  }
}
