package dev.jora.cli.terminal;

import java.util.List;
import java.util.Locale;

/**
 * What a conversation says about itself in one line.
 *
 * @param model name of the model
 * @param used tokens in the context
 * @param context tokens that have room in it
 * @param speed of the last answer in tokens per second; 0 or NaN where there was none
 */
public record StatusLine(String model, int used, int context, double speed) {
  private static final String BETWEEN = " · ";

  /** Fewer columns of a name say too little. */
  private static final int SHORTEST_NAME = 8;

  /**
   * The line in at most {@code width} columns. What matters least goes first: the end of the
   * model's name, the name, the word "tokens", the speed, the size of the context.
   */
  public String text(int width) {
    String name = Visible.line(model);
    String count = used + "/" + context;
    String tokens = count + " tokens";
    String rate = speed > 0 ? BETWEEN + String.format(Locale.ROOT, "%.1f t/s", speed) : "";
    int room = width - Columns.of(BETWEEN + tokens + rate);
    int least = Math.min(SHORTEST_NAME, Columns.of(name));
    if (!name.isEmpty() && room >= least) {
      return Columns.shortened(name, room) + BETWEEN + tokens + rate;
    }
    return List.of(tokens + rate, count + rate, count, Integer.toString(used)).stream()
        .filter(text -> Columns.of(text) <= width)
        .findFirst()
        .orElse("");
  }
}
