package dev.jora.template;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** C's {@code strftime} in the C locale, with glibc's flags {@code - _ 0 ^ #}. */
final class Strftime {
  private final LocalDateTime time;

  private Strftime(LocalDateTime time) {
    this.time = time;
  }

  static String format(LocalDateTime time, String pattern) {
    return new Strftime(time).format(pattern);
  }

  private String format(String pattern) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%' || i + 1 == pattern.length()) {
        out.append(c);
        continue;
      }
      int from = i++;
      char flag = 0;
      while (i < pattern.length() && "-_0^#".indexOf(pattern.charAt(i)) >= 0) {
        flag = pattern.charAt(i++);
      }
      String field = i < pattern.length() ? field(pattern.charAt(i), flag) : null;
      out.append(
          field != null ? field : pattern.substring(from, Math.min(i + 1, pattern.length())));
    }
    return out.toString();
  }

  /** A field, or null if there is none of this letter. */
  private String field(char letter, char flag) {
    String text =
        switch (letter) {
          case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
          case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
          case 'c' -> format("%a %b %e %H:%M:%S %Y");
          case 'D', 'x' -> format("%m/%d/%y");
          case 'F' -> format("%Y-%m-%d");
          case 'p' -> time.getHour() < 12 ? "AM" : "PM";
          case 'P' -> time.getHour() < 12 ? "am" : "pm";
          case 'r' -> format("%I:%M:%S %p");
          case 'R' -> format("%H:%M");
          case 'T', 'X' -> format("%H:%M:%S");
          case 'Z', 'z' -> "";
          case 'n' -> "\n";
          case 't' -> "\t";
          case '%' -> "%";
          default -> number(letter, flag);
        };
    if (text == null) {
      return null;
    }
    boolean upper = flag == '^' || flag == '#' && letter != 'p';
    return upper ? text.toUpperCase(Locale.ROOT) : text;
  }

  private String number(char letter, char flag) {
    int hour12 = (time.getHour() + 11) % 12 + 1;
    int sunday = time.getDayOfWeek().getValue() % 7;
    return switch (letter) {
      case 'd' -> padded(time.getDayOfMonth(), 2, '0', flag);
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ', flag);
      case 'm' -> padded(time.getMonthValue(), 2, '0', flag);
      case 'y' -> padded(time.getYear() % 100, 2, '0', flag);
      case 'Y' -> padded(time.getYear(), 1, '0', flag);
      case 'C' -> padded(time.getYear() / 100, 2, '0', flag);
      case 'G' -> padded(time.get(IsoFields.WEEK_BASED_YEAR), 1, '0', flag);
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2, '0', flag);
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0', flag);
      case 'H' -> padded(time.getHour(), 2, '0', flag);
      case 'k' -> padded(time.getHour(), 2, ' ', flag);
      case 'I' -> padded(hour12, 2, '0', flag);
      case 'l' -> padded(hour12, 2, ' ', flag);
      case 'M' -> padded(time.getMinute(), 2, '0', flag);
      case 'S' -> padded(time.getSecond(), 2, '0', flag);
      case 'f' -> padded(time.getNano() / 1000, 6, '0', (char) 0);
      case 'j' -> padded(time.getDayOfYear(), 3, '0', flag);
      case 'u' -> "" + time.getDayOfWeek().getValue();
      case 'w' -> "" + sunday;
      case 'U' -> padded((time.getDayOfYear() + 6 - sunday) / 7, 2, '0', flag);
      case 'W' -> padded((time.getDayOfYear() + 6 - (sunday + 6) % 7) / 7, 2, '0', flag);
      case 's' ->
          "" + time.atZone(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS).toEpochSecond();
      default -> null;
    };
  }

  private static String padded(int value, int width, char standard, char flag) {
    char fill = flag == '_' ? ' ' : flag == '0' ? '0' : standard;
    String digits = "" + value;
    boolean bare = flag == '-' || digits.length() >= width;
    return bare ? digits : ("" + fill).repeat(width - digits.length()) + digits;
  }
}
