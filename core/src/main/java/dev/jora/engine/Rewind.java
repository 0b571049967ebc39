package dev.jora.engine;

import dev.jora.model.Sequence;
import dev.jora.sampling.ChainMark;
import dev.jora.sampling.Forbidden;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Vocab;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws tokens so that no banned phrase comes of them. Where one has come, the text goes back to
 * the token it begins in, and another is drawn there with the logits that were kept; no pass is
 * needed. Where that cannot be, the token is not drawn that would complete the phrase.
 *
 * <p>Kept are the places at whose tokens a phrase may have begun, and under a grammar, which may
 * leave no other token there, those behind them too. What comes behind the first one is not shown.
 */
final class Rewind {
  /**
   * Goings back before anything more is shown. A model that insists on a phrase finds other words
   * for it in a few; each costs the passes for what is taken back.
   */
  private static final int MOST = 32;

  /** Places kept: each has the logits of the whole vocabulary. Few phrases have more tokens. */
  private static final int PLACES = 64;

  /** Likewise where each has a fork too: a recurrent state takes megabytes in every layer. */
  private static final int FORKS = 8;

  /** Tokens refused at one place, one by one, before the whole vocabulary is looked through. */
  private static final int FEW = 8;

  /**
   * A token that was drawn, and what the text was before it.
   *
   * @param from code points before those that begin in the token
   * @param to code points before those that begin behind it
   * @param forbidden what was not to be drawn
   */
  private record Place(
      StreamText.Mark text,
      ChainMark chain,
      List<SequenceMark> sequences,
      int from,
      int to,
      int id,
      float[] logits,
      Forbidden forbidden) {}

  private final List<Sequence> sequences = new ArrayList<>();
  private final SamplerChain sampler;
  private final StreamText text;
  private final Vocab vocab;
  private final GenerationListener listener;
  private final List<Place> places = new ArrayList<>();
  private int goings;
  private int since; // tokens before the place that was the first one at their beginning
  private float[] drawnWith;

  Rewind(
      Sequence sequence,
      SamplerChain sampler,
      StreamText text,
      Vocab vocab,
      GenerationListener listener) {
    follow(sequence);
    this.sampler = sampler;
    this.text = text;
    this.vocab = vocab;
    this.listener = listener;
  }

  /** Another sequence has the same tokens, and goes back with the text. */
  void follow(Sequence sequence) {
    sequences.add(sequence);
  }

  /**
   * Draws the next token, having gone back where that must be. The text has taken it, the sampler
   * has not accepted it.
   */
  int draw(float[] logits) {
    drawnWith = logits;
    Forbidden forbidden = new Forbidden();
    int refused = 0;
    while (true) {
      StreamText.Mark before = text.mark();
      ChainMark chain = sampler.mark();
      int id = sampler.sample(drawnWith, forbidden);
      StreamText.Banned banned = take(id);
      if (banned == null) {
        boolean isOurs = drawnWith != logits;
        keep(id, before, chain, isOurs, forbidden);
        return id;
      }
      text.rewind(before);
      sampler.rewind(chain);
      Place place = placeFor(banned);
      if (place != null && ++goings > MOST) {
        clear();
        place = null;
      }
      if (place != null) {
        goBack(place);
        forbidden = place.forbidden;
        forbidden.add(place.id, banned.phrase());
        refused = 0;
      } else {
        forbidden.add(id, banned.phrase());
        if (++refused == FEW) {
          forbidAll(forbidden);
        }
      }
    }
  }

  private StreamText.Banned take(int id) {
    return isText(id) ? text.take(id) : null;
  }

  /** Rows beyond the vocabulary have no text. */
  private boolean isText(int id) {
    return id < vocab.size() && !vocab.isEog(id);
  }

  /** The first kept place of a phrase where another token can be drawn; null for none. */
  private Place placeFor(StreamText.Banned banned) {
    for (Place place : places) {
      if (place.to > banned.begin()
          && sampler.leavesOther(place.chain, place.logits, place.forbidden, place.id)) {
        return place;
      }
    }
    return null;
  }

  private void goBack(Place place) {
    int taken = text.count() - place.text.count();
    int at = places.indexOf(place);
    place.sequences.forEach(SequenceMark::rewind);
    forget(at, places.size());
    text.rewind(place.text);
    sampler.rewind(place.chain);
    drawnWith = place.logits;
    if (taken > 0) {
      listener.taken(taken);
    }
  }

  /** Forbids all tokens that would complete a phrase which the text cannot go back from. */
  private void forbidAll(Forbidden forbidden) {
    StreamText.Mark here = text.mark();
    for (int id = 0; id < vocab.size(); id++) {
      StreamText.Banned banned = forbidden.contains(id) ? null : take(id);
      if (banned != null && placeFor(banned) == null) {
        forbidden.add(id, banned.phrase());
      }
      text.rewind(here);
    }
  }

  /** Forgets places that no phrase begins at any more, and keeps that of a token if one may. */
  private void keep(
      int id, StreamText.Mark before, ChainMark chain, boolean isOurs, Forbidden forbidden) {
    int first = 0;
    while (first < places.size() && !mayBegin(places.get(first))) {
      first++;
    }
    forget(0, first);
    if (!sampler.hasGrammar()) {
      for (int i = places.size() - 1; i > 0; i--) {
        if (!mayBegin(places.get(i))) {
          forget(i, i + 1);
        }
      }
    }
    StreamText.Mark after = text.mark();
    int from = before.points() + (before.pending().length > 0 ? 1 : 0);
    int to = after.points() + (after.pending().length > 0 ? 1 : 0);
    boolean wanted = text.mayBegin(from, to) || sampler.hasGrammar() && !places.isEmpty();
    boolean forks = sequences.stream().anyMatch(Sequence::forgets);
    if (wanted && places.size() < (forks ? FORKS : PLACES)) {
      float[] logits = isOurs ? drawnWith : drawnWith.clone();
      List<SequenceMark> held = sequences.stream().map(SequenceMark::new).toList();
      places.add(new Place(before, chain, held, from, to, id, logits, forbidden));
    }
    int begin = places.isEmpty() ? text.count() : places.getFirst().text.count();
    if (begin != since) { // more is shown
      since = begin;
      goings = 0;
    }
  }

  private boolean mayBegin(Place place) {
    return text.mayBegin(place.from, place.to);
  }

  private void forget(int from, int to) {
    List<Place> some = places.subList(from, to);
    some.forEach(place -> place.sequences.forEach(SequenceMark::close));
    some.clear();
  }

  /** The logits that the last token was drawn with. */
  float[] logits() {
    return drawnWith;
  }

  /** How many characters of the text may be shown. */
  int limit() {
    return places.isEmpty() ? Integer.MAX_VALUE : places.getFirst().text.safe();
  }

  /** The text goes back no more to what was drawn so far. */
  void clear() {
    forget(0, places.size());
    goings = 0;
  }
}
