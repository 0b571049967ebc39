package dev.jora.engine;

import dev.jora.sampling.Forbidden;
import dev.jora.sampling.NoTokenException;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a text without banned phrases must be, found without any memory but the tokens: everything
 * is computed anew for every token drawn, on the bytes of the whole text. For samplers that draw
 * the likeliest.
 */
final class BanOracle {
  private static final int MOST = 32;

  private final Tokenizer tokenizer;
  private final Supplier<SamplerChain> chains;
  private final Function<int[], float[]> model;
  private final List<String> phrases;
  private final boolean ignoresCase;
  private final List<String> stops;

  /** Tokens drawn so far, and for each what was forbidden there. */
  private final List<Integer> ids = new ArrayList<>();

  private final List<List<Integer>> bans = new ArrayList<>();
  private List<Integer> kept = new ArrayList<>();
  int goings;
  int allGoings;

  /** Nothing could be drawn. */
  boolean fails;

  /** Then: some tokens were banned there. */
  boolean isBanned;

  /**
   * @param chains as new, with the prompt accepted
   * @param model logits after tokens of the text
   */
  BanOracle(
      Tokenizer tokenizer,
      Supplier<SamplerChain> chains,
      Function<int[], float[]> model,
      List<String> phrases,
      boolean ignoresCase,
      List<String> stops) {
    this.tokenizer = tokenizer;
    this.chains = chains;
    this.model = model;
    this.phrases = phrases;
    this.ignoresCase = ignoresCase;
    this.stops = stops;
  }

  /** The tokens of a text of at most so many. */
  int[] text(int most) {
    List<Integer> now = new ArrayList<>();
    int first = -1;
    while (ids.size() < most) {
      int id;
      try {
        id = draw(ids, now);
      } catch (NoTokenException e) {
        fails = true;
        isBanned = !now.isEmpty();
        return array(ids);
      }
      if (id < 0) {
        return array(ids);
      }
      if (tokenizer.vocab().isEog(id)) {
        ids.add(id);
        return array(ids);
      }
      List<Integer> longer = new ArrayList<>(ids);
      longer.add(id);
      int[] hit = hit(longer);
      if (hit == null) {
        int at = ids.size();
        ids.add(id);
        bans.add(now);
        now = new ArrayList<>();
        if (stop(ids) >= 0) {
          return array(ids);
        }
        keep(at);
        int begin = kept.isEmpty() ? ids.size() : kept.getFirst();
        if (begin != first) {
          first = begin;
          goings = 0;
        }
        continue;
      }
      int place = -1;
      for (int i : kept) {
        if (place < 0 && end(ids, i) > hit[0] && leavesOther(i)) {
          place = i;
        }
      }
      if (place >= 0 && ++goings > MOST) {
        kept.clear();
        goings = 0;
        place = -1;
      }
      if (place < 0) {
        now.add(id);
      } else {
        allGoings++;
        now = bans.get(place);
        now.add(ids.get(place));
        int from = place;
        kept.removeIf(i -> i >= from);
        ids.subList(from, ids.size()).clear();
        bans.subList(from, bans.size()).clear();
      }
    }
    return array(ids);
  }

  private boolean leavesOther(int place) {
    List<Integer> without = new ArrayList<>(bans.get(place));
    without.add(ids.get(place));
    try {
      draw(ids.subList(0, place), without);
      return true;
    } catch (NoTokenException e) {
      return false;
    }
  }

  /** A token; −1 where the grammar is at its end. */
  private int draw(List<Integer> before, List<Integer> without) {
    SamplerChain chain = chains.get();
    before.forEach(chain::accept);
    if (chain.isOver()) {
      return -1;
    }
    Forbidden forbidden = new Forbidden();
    without.forEach(id -> forbidden.add(id, "some"));
    return chain.sample(model.apply(array(before)), forbidden);
  }

  /** First and last byte of the phrase that comes first with the last token, or null. */
  private int[] hit(List<Integer> text) {
    byte[] all = bytes(text);
    int stop = stop(text);
    int end = stop < 0 ? all.length : stop;
    for (int to = bytes(text.subList(0, text.size() - 1)).length + 1; to <= end; to++) {
      int from = -1;
      for (String phrase : phrases) {
        byte[] bytes = folded(phrase.getBytes(StandardCharsets.UTF_8));
        if (matches(all, to - bytes.length, bytes, bytes.length)) {
          from = Math.max(from, to - bytes.length);
        }
      }
      if (from >= 0) {
        return new int[] {from, to};
      }
    }
    return null;
  }

  /** Places at which a phrase begins that is not whole yet; under a grammar all behind the first */
  private void keep(int last) {
    kept.add(last);
    byte[] all = bytes(ids);
    StreamingDecoder decoder = new StreamingDecoder(tokenizer, false);
    ids.forEach(decoder::accept);
    int end = all.length - decoder.held().length; // a character behind it may become any
    boolean any = phrases.stream().anyMatch(phrase -> phrase.charAt(0) > 0x7f) || ignoresCase;
    List<Integer> live = new ArrayList<>();
    boolean held = chains.get().hasGrammar();
    for (int place : kept) {
      boolean begins = held && !live.isEmpty();
      for (int from = end(ids, place - 1); from < end(ids, place); from++) {
        for (String phrase : phrases) {
          byte[] bytes = folded(phrase.getBytes(StandardCharsets.UTF_8));
          int n = end - from;
          begins |= n == 0 && any;
          begins |= n > 0 && n < bytes.length && !isRest(bytes[n]) && matches(all, from, bytes, n);
        }
      }
      if (begins) {
        live.add(place);
      }
    }
    kept = live;
  }

  /** True for a byte that goes on with a character. */
  private static boolean isRest(byte b) {
    return (b & 0xc0) == 0x80;
  }

  /** Bytes before the first stop string; −1 for none. */
  private int stop(List<Integer> ids) {
    String text = new String(raw(ids), StandardCharsets.ISO_8859_1);
    return stops.stream()
        .map(stop -> new String(stop.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
        .mapToInt(text::indexOf)
        .filter(i -> i >= 0)
        .min()
        .orElse(-1);
  }

  private static boolean matches(byte[] all, int from, byte[] phrase, int n) {
    for (int i = 0; i < n; i++) {
      if (from < 0 || all[from + i] != phrase[i]) {
        return false;
      }
    }
    return true;
  }

  private int end(List<Integer> text, int last) {
    return bytes(text.subList(0, last + 1)).length;
  }

  private byte[] bytes(List<Integer> text) {
    return folded(raw(text));
  }

  private byte[] raw(List<Integer> text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    text.forEach(id -> out.writeBytes(tokenizer.piece(id, false)));
    return out.toByteArray();
  }

  /** For letters of ASCII. */
  private byte[] folded(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String folded = ignoresCase ? text.toLowerCase(Locale.ROOT) : text;
    return folded.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int[] array(List<Integer> list) {
    return list.stream().mapToInt(i -> i).toArray();
  }
}
