package dev.jora.sampling;

import java.util.HashMap;
import java.util.Map;

/** Repetition, frequency and presence penalties over the last tokens. */
public final class Penalties implements Sampler {
  /**
   * Penalties for tokens seen lately.
   *
   * @param lastN tokens looked at; 0 off, −1 all
   * @param repeat divides positive logits, multiplies negative ones; 1 off
   * @param frequency is subtracted once per occurrence
   * @param presence is subtracted once
   */
  public record Params(int lastN, float repeat, float frequency, float presence) {
    /** llama.cpp's. */
    public static final Params DEFAULT = new Params(64, 1, 0, 0);

    /** Checks the numbers. */
    public Params {
      Range.atLeast("repeat_last_n", lastN, -1);
      Range.above("repeat_penalty", repeat, 0);
      Range.finite("frequency_penalty", frequency);
      Range.finite("presence_penalty", presence);
    }

    /** True if it changes nothing. */
    boolean isOff() {
      return lastN == 0 || repeat == 1 && frequency == 0 && presence == 0;
    }
  }

  private final Params params;
  private final History history;
  private final Map<Integer, Integer> counts = new HashMap<>();

  Penalties(Params params) {
    this.params = params;
    this.history = new History(params.lastN());
  }

  private Penalties(Penalties other) {
    params = other.params;
    history = other.history.copy();
    counts.putAll(other.counts);
  }

  @Override
  public void apply(Candidates c) {
    if (counts.isEmpty()) {
      return;
    }
    for (int i = 0; i < c.count(); i++) {
      Integer count = counts.get(c.id(i));
      if (count != null) {
        float l = c.logit(i);
        l = l <= 0 ? l * params.repeat() : l / params.repeat();
        c.logit(i, l - (count * params.frequency() + params.presence()));
      }
    }
  }

  @Override
  public void accept(int id) {
    if (history.size() == params.lastN()) {
      counts.computeIfPresent(
          history.back(params.lastN() - 1), (token, n) -> n == 1 ? null : n - 1);
    }
    history.add(id);
    counts.merge(id, 1, Integer::sum);
  }

  @Override
  public void takeBack() {
    counts.computeIfPresent(history.takeBack(), (token, n) -> n == 1 ? null : n - 1);
    if (history.size() == params.lastN()) {
      counts.merge(history.back(params.lastN() - 1), 1, Integer::sum);
    }
  }

  @Override
  public void reset() {
    history.clear();
    counts.clear();
  }

  @Override
  public Penalties copy() {
    return new Penalties(this);
  }
}
