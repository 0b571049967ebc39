package dev.jora.engine;

import dev.jora.model.ContextOverflowException;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.tokenizer.Tokenizer;

/**
 * One text in progress: what is to be read of it, what was drawn, and when it ends. It has no
 * thread and does not block: an {@link Engine} takes it from pass to pass. All of it but {@link
 * #cancel} belongs to the engine's thread, its sampler and its listener too.
 *
 * <p>Its sequence, or its cache, is the caller's to close. Until the stream has {@linkplain
 * #isEnded ended} nobody else may touch that; then it holds the prompt and what was drawn, without
 * the last token, after which nothing was wanted.
 *
 * <p>What goes wrong with a text ends it, and no other, and is its {@link #fault}: numbers that are
 * not finite, a sampler with no token left, a listener that throws.
 */
public final class TextStream {
  private final StreamContext context;
  private final SamplerChain sampler;
  private final Generator.Options options;
  private final GenerationListener listener;
  private final Tokenizer tokenizer;
  private final StreamText text;
  private final Rewind rewind; // null: no phrase is banned
  private final Unread unread = new Unread();
  private final StreamTimes times;
  private Companion companion; // of a text with guidance
  private boolean begun; // the prompt has been read
  private boolean forced; // among the tokens to be read are some that nobody drew
  private volatile boolean cancelled;
  private StopReason stop;
  private RuntimeException fault;

  private TextStream(
      StreamContext context,
      Tokenizer tokenizer,
      SamplerChain sampler,
      Generator.Options options,
      GenerationListener listener,
      StreamTimes times) {
    this.context = context;
    this.tokenizer = tokenizer;
    this.sampler = sampler;
    this.options = options;
    this.listener = listener;
    this.text = new StreamText(tokenizer, options, listener);
    this.rewind =
        options.banned().isEmpty()
            ? null
            : new Rewind(context.sequence(), sampler, text, tokenizer.vocab(), listener);
    this.times = times;
  }

  /** One whose sampler has accepted the prompt; null where nothing is to be drawn. */
  TextStream(
      StreamContext context,
      Tokenizer tokenizer,
      int[] prompt,
      SamplerChain sampler,
      Generator.Options options,
      GenerationListener listener) {
    this(context, tokenizer, sampler, options, listener, new StreamTimes(context.length()));
    context.check(prompt);
    unread.prompt(prompt);
  }

  /**
   * A text after a prompt that goes to the end of a sequence. The sampler accepts the prompt.
   *
   * @param tokenizer of the model that the sequence belongs to
   * @throws ContextOverflowException if the prompt does not fit; nothing has changed then
   */
  public TextStream(
      Sequence sequence,
      Tokenizer tokenizer,
      int[] prompt,
      SamplerChain sampler,
      Generator.Options options,
      GenerationListener listener) {
    this(
        StreamContext.of(sequence, options.shiftKeep()),
        tokenizer,
        prompt,
        sampler,
        options,
        listener);
    accept(prompt);
  }

  /**
   * A text after a prompt that begins, as a whole, where {@code cache} begins: what the cache does
   * not hold is read and the state behind it remembered ({@link PromptCache#checkpoint}). The
   * sampler accepts the whole prompt, without what was cut out of it; one that was used before is
   * the caller's to reset.
   *
   * @throws ContextOverflowException if the prompt and one token do not fit and may not be cut;
   *     nothing is lost then
   */
  public TextStream(
      PromptCache cache,
      Tokenizer tokenizer,
      int[] prompt,
      SamplerChain sampler,
      Generator.Options options,
      GenerationListener listener) {
    this(StreamContext.of(cache), tokenizer, cache.prepare(prompt, 1), sampler, options, listener);
    accept(context.sequence().tokens());
    for (int i = 0; i < unread.size(); i++) {
      sampler.acceptPrompt(unread.token(i));
    }
  }

  /**
   * Another text after the prompt that this stream has read, on a fork of its sequence, which the
   * caller closes ({@link #sequence}); a full context ends it.
   */
  TextStream fork(SamplerChain other, Generator.Options wanted, GenerationListener follower) {
    StreamContext own = StreamContext.of(sequence().fork(), -1);
    TextStream fork = new TextStream(own, tokenizer, other, wanted, follower, times.fork());
    fork.begun = true;
    fork.lead(companion == null ? null : companion.fork());
    fork.accept(sequence().tokens());
    return fork;
  }

  /**
   * Leads the text away from a negative prompt; before an engine has it.
   *
   * @param guidance null, or one of scale 1, for none
   * @return this
   * @throws ContextOverflowException if the negative prompt and one token do not fit
   */
  public TextStream guided(Guidance guidance) {
    return guided(guidance, 1);
  }

  /** Likewise, with room for so many tokens behind the negative prompt. */
  TextStream guided(Guidance guidance, int room) {
    if (guidance == null || !guidance.isOn()) {
      return this;
    }
    if (guidance.cache().sequence() == sequence()) {
      throw new IllegalArgumentException("a negative prompt needs a sequence of its own");
    }
    lead(Companion.of(guidance, unread.token(unread.size() - 1), room));
    return this;
  }

  private void lead(Companion other) {
    companion = other;
    if (rewind != null && other != null) {
      rewind.follow(other.sequence());
    }
  }

  private void accept(int[] tokens) {
    for (int id : tokens) {
      sampler.acceptPrompt(id);
    }
  }

  // ---- for everybody -----------------------------------------------------------------------

  /** Asks for an end before the next pass. Any thread may. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Puts tokens behind what there is of the text, as if they had been drawn: they are shown,
   * control tokens as their text, read one by one, accepted by the sampler and counted by {@link
   * Generator.Options#maxTokens}. Stop strings and banned phrases do not see them, the listener
   * hears no {@link GenerationListener#token}. Between passes, or from {@link
   * GenerationListener#goesOn}; where the context has no room for them the text ends.
   *
   * @throws IllegalStateException if the text has ended
   */
  public void force(int[] tokens) {
    if (isEnded()) {
      throw new IllegalStateException("the text has ended");
    }
    if (tokens.length == 0) {
      return;
    }
    try {
      forced = true;
      keepAll();
      for (int id : tokens) {
        text.append(id);
        comesNext(id);
        sampler.accept(id);
      }
      text.showForced(tokens);
      makeRoom();
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /** True if nothing comes any more: there is a {@link #stop}, or a {@link #fault}. */
  public boolean isEnded() {
    return stop != null || fault != null;
  }

  /** Why it ended; null while it lives, or if a fault ended it. */
  public StopReason stop() {
    return stop;
  }

  /** What ended it if that was no stop, else null. */
  public RuntimeException fault() {
    return fault;
  }

  /**
   * The whole text.
   *
   * @throws RuntimeException the {@link #fault}, if one ended it
   * @throws IllegalStateException if it has not ended
   */
  public Generation result() {
    if (fault != null) {
      throw fault;
    }
    if (stop == null) {
      throw new IllegalStateException("the text has not ended");
    }
    boolean complete = sampler == null || sampler.isComplete();
    return new Generation(
        text.ids(), text.shown(), stop, text.stopWord(), times.timings(), complete);
  }

  // ---- for the engine ----------------------------------------------------------------------

  Sequence sequence() {
    return context.sequence();
  }

  Unread unread() {
    return unread;
  }

  /** The second sequence of a text with guidance, else null. */
  Companion companion() {
    return companion;
  }

  /** True if nothing is left to be read before a token is drawn. */
  boolean isRead() {
    return unread.size() == 0 && (companion == null || companion.unread().size() == 0);
  }

  /** Closes the sequences of a fork. */
  void close() {
    sequence().close();
    if (companion != null) {
      companion.sequence().close();
    }
  }

  /** True if it has ended, or its user wants it to. */
  boolean isCancelled() {
    try {
      return isEnded() || cancelled || listener.cancelled();
    } catch (RuntimeException e) {
      fail(e);
      return true;
    }
  }

  /** Somebody asked for an end. */
  void interrupt() {
    if (!begun) {
      times.held(context.length());
    }
    end(StopReason.INTERRUPTED);
  }

  /** Something has gone wrong with this text. */
  void fail(RuntimeException e) {
    if (!isEnded()) {
      fault = e;
      keepAll();
    }
  }

  /** A pass that took so long has read the next {@code n} tokens. */
  void passed(int n, long nanos) {
    if (isEnded()) {
      return;
    }
    boolean prompt = unread.hasPrompt();
    unread.read(n);
    if (!prompt && forced) {
      times.read(n, nanos);
      forced = unread.size() > 0;
    } else if (!prompt) {
      times.evaluated(nanos);
    } else if (!begun) { // and not again after a shift
      times.read(n, nanos);
      promptPassed();
    }
  }

  /** Likewise of its companion; no time if the text had a part in the pass. */
  void companionPassed(int n, long nanos) {
    if (isEnded()) {
      return;
    }
    try {
      if (!companion.isBegun()) {
        times.read(0, nanos);
      } else if (!companion.unread().hasPrompt()) {
        times.waited(nanos);
      }
      companion.passed(n);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void promptPassed() {
    try {
      listener.prompt(unread.promptRead(), unread.promptSize());
      if (!unread.hasPrompt()) {
        begun = true;
        context.promptRead().run();
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  /**
   * Draws the next token, shows it and looks whether the text ends.
   *
   * @param logits after all that was to be read, mixed where there is guidance
   */
  void take(float[] logits) {
    if (isCancelled()) {
      interrupt();
    } else if (text.count() >= options.maxTokens() && options.maxTokens() >= 0) {
      end(StopReason.LIMIT);
    } else if (sampler.isOver()) {
      end(StopReason.EOS);
    } else {
      try {
        draw(logits);
      } catch (RuntimeException e) {
        fail(e);
      }
    }
  }

  private void draw(float[] logits) {
    long start = System.nanoTime();
    int id = rewind == null ? sampler.sample(logits) : rewind.draw(logits);
    sampler.accept(id);
    times.sampled(System.nanoTime() - start);
    text.append(id);
    listener.token(id, rewind == null ? logits : rewind.logits());
    if (tokenizer.vocab().isEog(id)) {
      end(StopReason.EOS);
      return;
    }
    if (rewind == null) {
      text.show(id);
    } else {
      text.release(rewind.limit());
    }
    if (text.stopWord() != null) {
      end(StopReason.WORD);
    } else if (text.count() == options.maxTokens()) {
      end(StopReason.LIMIT);
    } else {
      comesNext(id);
      listener.goesOn(this);
      makeRoom();
    }
  }

  private void comesNext(int id) {
    unread.single(id);
    if (companion != null) {
      companion.unread().single(id);
    }
  }

  /** Where there is no room for what is to be read, that is the reason to stop. */
  private void makeRoom() {
    if (!isEnded() && !context.hasRoom(unread.size())) {
      keepAll(); // positions move
      if (!context.makeRoom(unread)) {
        end(StopReason.CONTEXT);
      }
    }
    if (!isEnded() && companion != null && !companion.hasRoom()) {
      keepAll();
      if (!companion.makeRoom()) {
        end(StopReason.CONTEXT);
      }
    }
  }

  /** Nothing is taken back any more. */
  private void keepAll() {
    if (rewind != null) {
      rewind.clear();
    }
  }

  private void end(StopReason reason) {
    if (isEnded()) {
      return;
    }
    try {
      keepAll();
      text.flush();
      stop = reason;
    } catch (RuntimeException e) {
      fail(e);
    }
  }
}
