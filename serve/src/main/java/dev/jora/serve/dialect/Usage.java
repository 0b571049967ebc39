package dev.jora.serve.dialect;

import dev.jora.serve.write.Whole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokens of a request, as OpenAI counts them. */
final class Usage {
  private Usage() {}

  /**
   * Of several texts.
   *
   * @param copies texts in a row that have the same prompt, which counts once
   */
  static Map<String, Object> of(List<Whole> wholes, int copies) {
    int drawn = 0;
    int prompt = 0;
    int cached = 0;
    for (int i = 0; i < wholes.size(); i++) {
      drawn += wholes.get(i).drawn();
      if (i % copies == 0) {
        prompt += wholes.get(i).promptTokens();
        cached += wholes.get(i).cached();
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("completion_tokens", drawn);
    json.put("prompt_tokens", prompt);
    json.put("total_tokens", prompt + drawn);
    json.put("prompt_tokens_details", Map.of("cached_tokens", cached));
    return json;
  }
}
