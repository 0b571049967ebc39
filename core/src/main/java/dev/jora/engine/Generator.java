package dev.jora.engine;

import dev.jora.model.ContextOverflowException;
import dev.jora.model.Decoder;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads a prompt and draws tokens until something ends the text: an {@link Engine} for one user,
 * who waits. One thread at a time.
 */
public final class Generator {
  /**
   * When to stop and what to show.
   *
   * @param maxTokens the most tokens to draw; −1 for no limit but the context
   * @param stops strings that end the text; they are not shown. The text of a control token stands
   *     for the token, which ends the text whether such tokens are shown or not
   * @param shown which control tokens are shown as text
   * @param shiftKeep what a full sequence keeps of its beginning when its context is shifted; −1
   *     ends the text there. A {@link PromptCache} knows that itself, and this is not asked
   * @param banned what must not come in the text
   * @param begun bytes of a character within which the prompt ends, and which is shown with the
   *     text; not to be changed
   */
  public record Options(
      int maxTokens,
      List<String> stops,
      IntPredicate shown,
      int shiftKeep,
      BannedPhrases banned,
      byte[] begun) {
    private static final byte[] NOTHING_BEGUN = {};

    /** The prompt ends with a whole character. */
    public Options(
        int maxTokens,
        List<String> stops,
        IntPredicate shown,
        int shiftKeep,
        BannedPhrases banned) {
      this(maxTokens, stops, shown, shiftKeep, banned, NOTHING_BEGUN);
    }

    /** Nothing is banned. */
    public Options(int maxTokens, List<String> stops, IntPredicate shown, int shiftKeep) {
      this(maxTokens, stops, shown, shiftKeep, BannedPhrases.NONE);
    }

    /** All control tokens are shown or none, and a full context ends the text. */
    public Options(int maxTokens, List<String> stops, boolean special) {
      this(maxTokens, stops, id -> special, -1);
    }

    /** The same with other phrases banned. */
    public Options withBanned(BannedPhrases phrases) {
      return new Options(maxTokens, stops, shown, shiftKeep, phrases, begun);
    }

    /** The same behind bytes of a character that is not complete. */
    public Options behind(byte[] bytes) {
      return new Options(maxTokens, stops, shown, shiftKeep, banned, bytes);
    }
  }

  private static final Options NOTHING = new Options(0, List.of(), false);

  private final Engine engine;
  private final Tokenizer tokenizer;

  /** A generator on a decoder whose model has this tokenizer. */
  public Generator(Decoder decoder, Tokenizer tokenizer) {
    this.engine = new Engine(decoder);
    this.tokenizer = tokenizer;
  }

  /**
   * Reads {@code prompt} at the end of {@code sequence}.
   *
   * @return logits after the last token, overwritten by the next pass; null if the listener
   *     cancelled it
   * @throws ContextOverflowException if it does not fit, before anything is read
   */
  public float[] read(Sequence sequence, int[] prompt, GenerationListener listener) {
    return read(sequence, prompt, null, listener);
  }

  /** Likewise, led away from a negative prompt; null for none. */
  public float[] read(
      Sequence sequence, int[] prompt, Guidance guidance, GenerationListener listener) {
    TextStream read = reading(StreamContext.of(sequence, -1), prompt, listener);
    return run(read.guided(guidance, 0)).stop() == StopReason.INTERRUPTED ? null : engine.logits();
  }

  /** Reads a prompt, then draws tokens with {@code sampler} and shows them. */
  public Generation generate(
      Sequence sequence,
      int[] prompt,
      SamplerChain sampler,
      Options options,
      GenerationListener listener) {
    return run(new TextStream(sequence, tokenizer, prompt, sampler, options, listener));
  }

  /**
   * The same for a prompt that begins, as a whole, where {@code cache} begins: reads what the cache
   * does not hold, remembers the state there ({@link PromptCache#checkpoint}), and draws. The
   * sampler accepts the whole prompt, without what was cut out of it; a sampler that was used
   * before is the caller's to reset.
   *
   * @throws ContextOverflowException if the prompt and one token do not fit and may not be cut;
   *     nothing is lost then
   */
  public Generation generate(
      PromptCache cache,
      int[] prompt,
      SamplerChain sampler,
      Options options,
      GenerationListener listener) {
    return generate(cache, prompt, null, sampler, options, listener);
  }

  /** Likewise, led away from a negative prompt; null for none. */
  public Generation generate(
      PromptCache cache,
      int[] prompt,
      Guidance guidance,
      SamplerChain sampler,
      Options options,
      GenerationListener listener) {
    TextStream text = new TextStream(cache, tokenizer, prompt, sampler, options, listener);
    return run(text.guided(guidance));
  }

  /**
   * Several texts after one prompt, drawn side by side: a pass serves all of them, so they take
   * little longer than one while weights are what takes the time. The cache holds the prompt
   * afterwards; a full context ends a text.
   *
   * @param samplers one for each text
   * @param listeners one for each text; the first hears of the prompt
   * @throws ContextOverflowException as above
   */
  public List<Generation> alternatives(
      PromptCache cache,
      int[] prompt,
      List<SamplerChain> samplers,
      Options options,
      List<? extends GenerationListener> listeners) {
    return alternatives(cache, prompt, null, samplers, options, listeners);
  }

  /** Likewise, all led away from a negative prompt; null for none. */
  public List<Generation> alternatives(
      PromptCache cache,
      int[] prompt,
      Guidance guidance,
      List<SamplerChain> samplers,
      Options options,
      List<? extends GenerationListener> listeners) {
    int[] rest = cache.prepare(prompt, 1);
    TextStream read = reading(StreamContext.of(cache), rest, listeners.getFirst());
    read.guided(guidance);
    boolean whole = run(read).stop() != StopReason.INTERRUPTED;
    List<TextStream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < samplers.size(); i++) {
        TextStream stream = read.fork(samplers.get(i), options, listeners.get(i));
        streams.add(stream);
        if (whole) {
          stream.take(engine.logits());
        } else {
          stream.interrupt();
        }
      }
      streams.forEach(engine::add);
      run();
      return streams.stream().map(TextStream::result).toList();
    } finally {
      streams.forEach(TextStream::close);
    }
  }

  /** A prompt that is read for the logits behind it. */
  private TextStream reading(StreamContext context, int[] prompt, GenerationListener listener) {
    return new TextStream(context, tokenizer, prompt, null, NOTHING, listener);
  }

  private Generation run(TextStream stream) {
    engine.add(stream);
    run();
    return stream.result();
  }

  private void run() {
    while (engine.step()) {
      // each step serves all streams
    }
  }
}
