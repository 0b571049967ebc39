package dev.jora.sampling;

import java.util.HashMap;
import java.util.Map;

/** Repetition, frequency and presence penalties over the last tokens. */
final class Penalties implements Sampler {
  private final SamplingParams.Penalties params;
  private final History history;
  private final Map<Integer, Integer> counts = new HashMap<>();

  Penalties(SamplingParams.Penalties params) {
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
  public void reset() {
    history.clear();
    counts.clear();
  }

  @Override
  public Penalties copy() {
    return new Penalties(this);
  }
}
