package dev.jora.serve.dialect;

import dev.jora.serve.http.HttpFault;
import dev.jora.serve.model.ServedModel;
import java.time.Instant;

/**
 * What dialects share: the model, and what its owner allows.
 *
 * @param version of jora
 * @param strict true if a request that names another model is refused
 * @param isProtected true if who asks needs a key
 * @param pingMillis how long a stream is silent before it says that it is alive
 * @param started when the server did
 */
public record House(
    ServedModel model,
    String version,
    boolean strict,
    boolean isProtected,
    long pingMillis,
    Instant started) {
  /**
   * The model of a name; null for any.
   *
   * @throws HttpFault if there is none
   */
  public ServedModel model(String name) {
    if (name == null || !strict || knows(name)) {
      return model;
    }
    throw new HttpFault(
            HttpFault.Kind.NOT_FOUND,
            "model '" + shown(name) + "' not found: there is " + model.name())
        .with("param", "model")
        .with("code", "model_not_found");
  }

  /** True if the model has this name, with or without a tag. */
  public boolean knows(String name) {
    String plain = name.endsWith(":latest") ? name.substring(0, name.length() - 7) : name;
    return model.offer().names().contains(name) || model.offer().names().contains(plain);
  }

  private static String shown(String name) {
    return name.length() > 100 ? name.substring(0, 100) + "..." : name;
  }
}
