package dev.jora.serve.dialect;

import dev.jora.serve.http.FaultShape;
import dev.jora.serve.http.HttpFault;
import java.util.LinkedHashMap;
import java.util.Map;

/** Faults as llama-server and OpenAI tell of them. */
public final class OpenAiFaults implements FaultShape {
  /** The only one. */
  public static final OpenAiFaults SHAPE = new OpenAiFaults();

  private OpenAiFaults() {}

  @Override
  public Object body(HttpFault fault) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", fault.kind().status());
    error.put("message", fault.getMessage());
    error.put("type", fault.kind().type());
    error.putAll(fault.details());
    return Map.of("error", error);
  }
}
