package dev.jora.grammar.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The formats of JSON schema that are regular languages. */
final class Formats {
  private static final String HOUR_MINUTE = "([01][0-9]|2[0-3]):[0-5][0-9]";
  private static final String OFFSET = "([zZ]|[+-]" + HOUR_MINUTE + ")";

  /** RFC 3339, without leap seconds. */
  private static final String DAY_TIME = HOUR_MINUTE + ":[0-5][0-9](\\.[0-9]+)?" + OFFSET;

  private static final String SECOND_60 = ":60(\\.[0-9]+)?(";

  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = "(" + OCTET + "\\.){3}" + OCTET;

  private static final String HEX = "[0-9a-fA-F]";
  private static final String HOST_LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";

  /** The length of the whole is not counted: it would need some thousand states. */
  private static final String HOST_NAME = HOST_LABEL + "(\\." + HOST_LABEL + ")*";

  private static final String ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String QUOTED = "\"([ !#-\\[\\]-~]|\\\\[ -~])*\"";
  private static final String LOCAL_PART = "(" + ATOM + "(\\." + ATOM + ")*|" + QUOTED + ")";

  private static final String ESCAPED = "%" + HEX + "{2}";
  private static final String UNRESERVED = "[a-zA-Z0-9._~-]";
  private static final String SUB_DELIMS = "[!$&'()*+,;=]";
  private static final String PCHAR =
      "(" + UNRESERVED + "|" + ESCAPED + "|" + SUB_DELIMS + "|[:@])";
  private static final String NO_COLON =
      "(" + UNRESERVED + "|" + ESCAPED + "|" + SUB_DELIMS + "|@)";
  private static final String USER = "(" + UNRESERVED + "|" + ESCAPED + "|" + SUB_DELIMS + "|:)*@";
  private static final String NAME = "(" + UNRESERVED + "|" + ESCAPED + "|" + SUB_DELIMS + ")*";
  private static final String FUTURE_IP =
      "v" + HEX + "+\\.(" + UNRESERVED + "|" + SUB_DELIMS + "|:)+";
  private static final String AUTHORITY =
      "(" + USER + ")?(\\[(" + ipv6() + "|" + FUTURE_IP + ")\\]|" + NAME + ")(:[0-9]*)?";
  private static final String TAIL = "(\\?(" + PCHAR + "|[/?])*)?(#(" + PCHAR + "|[/?])*)?";
  private static final String ABSOLUTE_PATH = "/(" + PCHAR + "+(/" + PCHAR + "*)*)?";
  private static final String URI =
      "[a-zA-Z][a-zA-Z0-9+.-]*:(//"
          + AUTHORITY
          + "(/"
          + PCHAR
          + "*)*|"
          + ABSOLUTE_PATH
          + "|"
          + PCHAR
          + "+(/"
          + PCHAR
          + "*)*)?"
          + TAIL;
  private static final String RELATIVE =
      "(//"
          + AUTHORITY
          + "(/"
          + PCHAR
          + "*)*|"
          + ABSOLUTE_PATH
          + "|"
          + NO_COLON
          + "+(/"
          + PCHAR
          + "*)*)?"
          + TAIL;

  private static final Map<String, Supplier<Dfa>> BY_NAME =
      Map.ofEntries(
          Map.entry("date", () -> whole(date())),
          Map.entry(
              "time", () -> whole(DAY_TIME + "|" + leapSeconds(true) + "|" + leapSeconds(false))),
          Map.entry("date-time", () -> whole(dateTime())),
          Map.entry("duration", () -> whole(duration())),
          Map.entry("uuid", () -> whole(HEX + "{8}(-" + HEX + "{4}){3}-" + HEX + "{12}")),
          Map.entry("email", Formats::email),
          Map.entry("ipv4", () -> whole(IPV4)),
          Map.entry("ipv6", () -> whole(ipv6())),
          Map.entry("hostname", () -> whole(HOST_NAME)),
          Map.entry("uri", () -> whole(URI)),
          Map.entry("uri-reference", () -> whole(URI + "|" + RELATIVE)),
          Map.entry("json-pointer", () -> whole("(/([^/~]|~[01])*)*")),
          Map.entry("relative-json-pointer", () -> whole("(0|[1-9][0-9]*)(#|(/([^/~]|~[01])*)*)")));

  private Formats() {}

  /** The texts of a format by its name in JSON schema; null if jora does not know it. */
  static Dfa of(String name) {
    Supplier<Dfa> format = BY_NAME.get(name);
    return format == null ? null : format.get();
  }

  /** Days that there are: 29 February in leap years only. */
  private static String date() {
    String by4 = "(0[48]|[2468][048]|[13579][26])"; // two digits, not 00
    String leapYear = "([0-9]{2}" + by4 + "|(00|" + by4 + ")00)";
    return "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
        + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
        + "|"
        + leapYear
        + "-02-29)";
  }

  /** A leap second ends June or December in UTC: one day later where clocks are ahead. */
  private static String dateTime() {
    return date()
        + "[tT]"
        + DAY_TIME
        + "|[0-9]{4}-(06-30|12-31)[tT]"
        + leapSeconds(false)
        + "|[0-9]{4}-(07-01|01-01)[tT]"
        + leapSeconds(true);
  }

  /** Times of day that are 23:59:60 in UTC, for offsets of full and half hours. */
  private static String leapSeconds(boolean ahead) {
    int day = 24 * 60;
    List<String> times = new ArrayList<>();
    for (int offset = ahead ? 30 : 0; offset < day; offset += 30) {
      String sign = ahead ? "\\+" : offset == 0 ? "[+-]" : "-";
      String shown = sign + clock(offset) + (offset == 0 ? "|[zZ]" : "");
      times.add(clock((day - 1 + (ahead ? offset : -offset)) % day) + SECOND_60 + shown + ")");
    }
    return "(" + String.join("|", times) + ")";
  }

  private static String clock(int minutes) {
    return "%02d:%02d".formatted(minutes / 60, minutes % 60);
  }

  private static String duration() {
    String time = "T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S)";
    String date = "([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)";
    return "P(" + date + "(" + time + ")?|" + time + "|[0-9]+W)";
  }

  /** RFC 5321, at most 64 characters before the '@', addresses in brackets too. */
  private static Dfa email() {
    String literal = "\\[(" + IPV4 + "|IPv6:" + ipv6() + ")\\]";
    Dfa all = whole(LOCAL_PART + "@(" + HOST_NAME + "|" + literal + ")");
    return all.minus(Regex.parse("^([^@\"]{65,}|\".{63,}\")@"));
  }

  /** RFC 4291: eight groups, of which "::" stands for one or more that are 0. */
  private static String ipv6() {
    String group = HEX + "{1,4}";
    StringBuilder ways = new StringBuilder();
    String last = "(" + group + ":" + group + "|" + IPV4 + ")";
    ways.append("(").append(group).append(":){6}").append(last);
    for (int before = 0; before <= 7; before++) {
      String begin = before == 0 ? "" : group + "(:" + group + "){" + (before - 1) + "}";
      int most = 7 - before;
      ways.append('|').append(begin).append("::");
      if (most >= 1) {
        ways.append("((").append(group).append(":){0,").append(most - 1).append('}');
        ways.append(group).append(")?");
      }
      if (most >= 2) {
        ways.append('|').append(begin).append("::");
        ways.append("(").append(group).append(":){0,").append(most - 2).append('}').append(IPV4);
      }
    }
    return "(" + ways + ")";
  }

  /** The texts that a pattern matches from end to end. */
  private static Dfa whole(String pattern) {
    return Regex.parse("^(?:" + pattern + ")$");
  }
}
