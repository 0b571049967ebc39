package dev.jora.hub;

import dev.jora.fault.Parameter;
import dev.jora.fault.Sentence;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an answer other than success means, and what to do. */
final class Refusal {
  private static final Parameter TOKEN = new Parameter("hf_token");
  private static final Pattern WAIT = Pattern.compile("(?:.*;)?\\s*t=(\\d{1,9}).*");

  private Refusal() {}

  /**
   * The fault that an answer is.
   *
   * @return never: it throws
   * @throws IOException if another attempt may help
   */
  static HubException of(Answer answer, HubSettings settings) throws IOException {
    int status = answer.status();
    String where = answer.uri().getAuthority();
    String path = answer.uri().getPath();
    String said = Sentence.line(answer.header("X-Error-Message").orElse(""));
    said = said.isEmpty() ? "" : " (" + said + ")";
    String code = answer.header("X-Error-Code").orElse("");
    boolean known = settings.token() != null;
    boolean elsewhere =
        !Transport.origin(answer.uri()).equals(Transport.origin(settings.endpoint()));
    boolean expired = status == 403 && elsewhere && code.isEmpty(); // an address of minutes
    if (expired || status == 408 || status == 429 || status >= 500) {
      throw new Transport.PassingException("it answers " + status + said, wait(answer));
    }
    if (status == 407) {
      return ofProxy(where);
    }
    if (code.equals("GatedRepo") || status == 403) {
      return HubException.of(
          "%s is for those whom its owners let in%s: ask for it on the model's page at %s, and give"
              + " a token (HF_TOKEN or %s)%s",
          path, said, where, TOKEN, known ? ", which yours does not allow yet" : "");
    }
    if (code.equals("RevisionNotFound")) {
      return HubException.of("%s: there is no such revision at %s%s", path, where, said);
    }
    if (code.equals("RepoNotFound") || status == 401) {
      return HubException.of(
          "%s: %s knows no such model%s: is its name right? A private or gated one needs %s",
          path, where, said, known ? Sentence.text("another token") : token());
    }
    return switch (status) {
      case 404 -> HubException.of("%s is not at %s%s: is its name right?", path, where, said);
      case 416 -> HubException.of("%s of %s is shorter than was said: try again", path, where);
      default -> HubException.of("%s answers %d to %s%s", where, status, path, said);
    };
  }

  /** Of a proxy that wants to be told the user, or another one. */
  static HubException ofProxy(String where) {
    return HubException.of(
        "%s is behind a proxy that does not know you: HTTP_PROXY and HTTPS_PROXY can be like"
            + " http://USER:PASSWORD@HOST:PORT",
        where);
  }

  private static Sentence token() {
    return Sentence.of("a token (HF_TOKEN or %s)", TOKEN);
  }

  /** Seconds that the server asks to wait; 0 if it does not say. */
  private static long wait(Answer answer) {
    String after = answer.header("Retry-After").orElse("").strip();
    if (after.matches("\\d{1,9}")) {
      return Long.parseLong(after);
    }
    if (!after.isEmpty()) {
      try {
        ZonedDateTime then = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME);
        return Math.max(0, Duration.between(ZonedDateTime.now(ZoneOffset.UTC), then).toSeconds());
      } catch (DateTimeException e) {
        return 0;
      }
    }
    Matcher limit = WAIT.matcher(answer.header("RateLimit").orElse(""));
    return limit.matches() ? Long.parseLong(limit.group(1)) : 0;
  }
}
