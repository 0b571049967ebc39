package dev.jora.serve.dialect;

import dev.jora.gguf.Utf8;
import dev.jora.serve.write.DrawnToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How likely tokens were, as dialects tell of it. */
final class Probabilities {
  private static final float IMPOSSIBLE = -9999; // JSON has no −∞

  private Probabilities() {}

  /** {@code id, token, bytes, logprob, top_logprobs} of each. */
  static List<Object> of(List<DrawnToken> tokens) {
    return tokens.stream().map(t -> one(t, "logprob", "top_logprobs", false)).toList();
  }

  /** The same as llama-server tells of them after sampling: {@code prob, top_probs}. */
  static List<Object> afterSampling(List<DrawnToken> tokens) {
    return tokens.stream().map(t -> one(t, "prob", "top_probs", true)).toList();
  }

  private static Object one(DrawnToken token, String name, String others, boolean linear) {
    Map<String, Object> json = fields(token, name, linear);
    json.put(others, token.others().stream().map(t -> fields(t, name, linear)).toList());
    return json;
  }

  private static Map<String, Object> fields(DrawnToken token, String name, boolean linear) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", token.id());
    json.put("token", text(token));
    json.put("bytes", bytes(token.bytes()));
    json.put(name, linear ? (float) Math.exp(token.logprob()) : finite(token.logprob()));
    return json;
  }

  static float finite(float logprob) {
    return Float.isFinite(logprob) ? logprob : IMPOSSIBLE;
  }

  static String text(DrawnToken token) {
    return Utf8.decode(token.bytes());
  }

  private static List<Integer> bytes(byte[] bytes) {
    List<Integer> list = new ArrayList<>();
    for (byte b : bytes) {
      list.add(b & 0xff);
    }
    return list;
  }

  /**
   * OpenAI's older form: four lists, beside which stands the newer one.
   *
   * @param tokens of which the first may have no logprob, where it begins a text: NaN
   * @param offset characters before the first token
   */
  static Map<String, Object> classic(List<DrawnToken> tokens, int offset) {
    List<String> texts = new ArrayList<>();
    List<Float> logprobs = new ArrayList<>();
    List<Map<String, Float>> tops = new ArrayList<>();
    List<Integer> offsets = new ArrayList<>();
    int at = offset;
    for (DrawnToken token : tokens) {
      texts.add(text(token));
      boolean first = Float.isNaN(token.logprob());
      logprobs.add(first ? null : finite(token.logprob()));
      tops.add(first ? null : top(token));
      offsets.add(at);
      at += text(token).length();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("tokens", texts);
    json.put("token_logprobs", logprobs);
    json.put("top_logprobs", tops);
    json.put("text_offset", offsets);
    json.put("content", of(tokens.stream().filter(t -> !Float.isNaN(t.logprob())).toList()));
    return json;
  }

  private static Map<String, Float> top(DrawnToken token) {
    Map<String, Float> top = new LinkedHashMap<>();
    token.others().forEach(t -> top.putIfAbsent(text(t), finite(t.logprob())));
    top.putIfAbsent(text(token), finite(token.logprob())); // as OpenAI does
    return top;
  }
}
