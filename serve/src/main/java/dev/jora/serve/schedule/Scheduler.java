package dev.jora.serve.schedule;

import dev.jora.engine.Engine;
import dev.jora.engine.Generation;
import dev.jora.engine.GenerationListener;
import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.engine.TextStream;
import dev.jora.model.Decoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Runs jobs of many threads on one that owns the engine. Jobs begin in the order they come; one
 * that could have much of what another is about to read waits until it has been read. Each step
 * draws a token for every text and reads pieces of prompts, shared equally, so a short prompt never
 * waits for a long one.
 */
public final class Scheduler implements AutoCloseable {
  /** It takes some tokens for waiting to be worth it. */
  private static final int WORTH_WAITING = 32;

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final Settings settings;
  private final Engine engine;
  private final Prefixes prefixes;
  private final Counts counts = new Counts();
  private final Pace pace = new Pace();
  private final Thread thread;

  private final Object lock = new Object();
  private final Deque<Ticket> waiting = new ArrayDeque<>(); // under the lock, as the next two
  private final Deque<Runnable> errands = new ArrayDeque<>();
  private boolean closing;
  private volatile List<SlotState> states;

  private final List<Ticket> active = new ArrayList<>(); // the engine's thread's own

  /** A scheduler whose thread has begun; the decoder is its own, and closed with it. */
  public Scheduler(Decoder decoder, Tokenizer tokenizer, Settings settings) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.engine = new Engine(decoder);
    this.prefixes = new Prefixes(settings.cacheBytes());
    this.states = idle();
    this.thread = Thread.ofPlatform().name("jora-engine").start(this::run);
  }

  private List<SlotState> idle() {
    List<SlotState> idle = new ArrayList<>();
    for (int i = 0; i < settings.slots(); i++) {
      idle.add(new SlotState(i, false, 0, 0, 0));
    }
    return List.copyOf(idle);
  }

  // ---- for everybody -----------------------------------------------------------------------

  /** How jobs are run. */
  public Settings settings() {
    return settings;
  }

  /** What was done so far. */
  public Counts counts() {
    return counts;
  }

  /** What slots do, as of the last step. */
  public List<SlotState> slots() {
    return states;
  }

  /** Jobs that wait. */
  public int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /** The most tokens of a text, its prompt included. */
  public int contextSize() {
    return decoder.options().contextSize();
  }

  /**
   * Brings a job.
   *
   * @throws BusyException if too many wait
   */
  public Ticket submit(Job job) {
    Ticket ticket = new Ticket(job);
    ticket.onCancel(this::wake);
    synchronized (lock) {
      if (closing) {
        throw new BusyException(true, "the server is shutting down");
      }
      if (waiting.size() >= settings.queue() + free()) {
        throw new BusyException(
            false, "the server is busy: " + waiting.size() + " requests wait already");
      }
      waiting.add(ticket);
      lock.notifyAll();
    }
    return ticket;
  }

  private int free() {
    return (int) states.stream().filter(s -> !s.busy()).count();
  }

  /**
   * Runs something on the engine's thread, between two steps, and waits for it.
   *
   * @param errand gets the decoder, which nobody else uses meanwhile
   */
  public <T> T call(Function<Decoder, T> errand) {
    CompletableFuture<T> done = new CompletableFuture<>();
    synchronized (lock) {
      if (closing) {
        throw new BusyException(true, "the server is shutting down");
      }
      errands.add(
          () -> {
            try {
              done.complete(errand.apply(decoder));
            } catch (RuntimeException | Error e) {
              done.completeExceptionally(e);
            }
          });
      lock.notifyAll();
    }
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw e;
    }
  }

  /** Ends all texts where they are. */
  public void cancelAll() {
    call(
        d -> {
          active.forEach(Ticket::cancel);
          return null;
        });
    synchronized (lock) {
      List.copyOf(waiting).forEach(Ticket::cancel);
    }
  }

  /** Forgets what was kept of texts that have ended. */
  public void forget() {
    call(
        d -> {
          prefixes.clear();
          return null;
        });
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  /** Takes no more jobs; those that wait or are at work go on. */
  public void drain() {
    synchronized (lock) {
      closing = true;
      lock.notifyAll();
    }
  }

  /** True once nothing is at work, nor waits. */
  public boolean isIdle() {
    synchronized (lock) {
      return waiting.isEmpty() && states.stream().noneMatch(SlotState::busy);
    }
  }

  /** Ends what is at work, and the thread. */
  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
      waiting.forEach(Ticket::cancel);
      lock.notifyAll();
    }
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the engine's thread -----------------------------------------------------------------

  private void run() {
    try {
      while (await()) {
        runErrands();
        admit();
        step();
        active.removeIf(this::isDone);
        tell();
      }
      active.forEach(this::abandon);
      failAll(List.copyOf(waiting), new BusyException(true, "the server is shutting down"));
    } finally {
      prefixes.close();
      decoder.close();
    }
  }

  /** Waits for something to do; false if there is nothing any more. */
  private boolean await() {
    synchronized (lock) {
      while (active.isEmpty() && waiting.isEmpty() && errands.isEmpty()) {
        if (closing && thread.isInterrupted()) {
          return false;
        }
        try {
          lock.wait();
        } catch (InterruptedException e) {
          return false; // only close() does that
        }
      }
      return !thread.isInterrupted();
    }
  }

  private void runErrands() {
    while (true) {
      Runnable errand;
      synchronized (lock) {
        errand = errands.poll();
      }
      if (errand == null) {
        return;
      }
      errand.run();
    }
  }

  private void admit() {
    for (Ticket ticket : takeReady()) {
      try {
        begin(ticket);
        active.add(ticket);
      } catch (RuntimeException e) {
        release(ticket);
        ticket.job.follower().failed(e);
      }
    }
  }

  /** Those that begin now; who has left goes, whatever there is room for. */
  private List<Ticket> takeReady() {
    List<Ticket> ready = new ArrayList<>();
    List<Ticket> left = new ArrayList<>();
    synchronized (lock) {
      waiting.removeIf(ticket -> ticket.isCancelled() && left.add(ticket));
      int room = settings.slots() - active.size();
      for (Ticket ticket : List.copyOf(waiting)) {
        if (room > ready.size() && !shouldWait(ticket, ready)) {
          ready.add(ticket);
        }
      }
      waiting.removeAll(ready);
    }
    left.forEach(t -> t.job.follower().failed(new CancelledException()));
    return ready;
  }

  /** True if somebody is about to read much of what this one would read. */
  private boolean shouldWait(Ticket ticket, List<Ticket> ready) {
    if (!ticket.job.reuse()) {
      return false;
    }
    int[] prompt = ticket.job.prompt();
    int had = found(prompt).common();
    for (Ticket other : active) {
      boolean more = other.isReading() && common(other, prompt) > had + WORTH_WAITING;
      if (more && common(other, prompt) > reach(other)) {
        return true;
      }
    }
    return ready.stream().anyMatch(other -> common(other, prompt) > had + WORTH_WAITING);
  }

  private int common(Ticket other, int[] prompt) {
    int first = Arrays.mismatch(other.job.prompt(), prompt);
    int same = first < 0 ? prompt.length : first;
    boolean whole = same == other.job.prompt().length && same < prompt.length;
    return decoder.forgets() && !whole ? 0 : Math.min(same, prompt.length - 1);
  }

  /** How much of its prompt others can have by now. */
  private int reach(Ticket ticket) {
    return decoder.forgets() ? 0 : ticket.sequence.length();
  }

  private Prefixes.Found found(int[] prompt) {
    Prefixes.Found best = prefixes.find(prompt, prompt.length - 1);
    for (Ticket ticket : active) {
      int common = Math.min(prompt.length - 1, ticket.sequence.common(prompt));
      if (common > best.common() && ticket.sequence.canTruncate(common)) {
        best = new Prefixes.Found(ticket.sequence, common);
      }
    }
    return best;
  }

  private void begin(Ticket ticket) {
    Job job = ticket.job;
    int[] prompt = job.prompt();
    Prefixes.Found found = job.reuse() ? found(prompt) : Prefixes.Found.NOTHING;
    if (found.common() > 0) {
      ticket.sequence = found.sequence().fork();
      ticket.sequence.truncate(found.common());
    } else {
      ticket.sequence = decoder.newSequence();
    }
    int cached = ticket.sequence.length();
    for (int i = 0; i < cached; i++) {
      job.sampler().acceptPrompt(prompt[i]);
    }
    int[] rest = Arrays.copyOfRange(prompt, cached, prompt.length);
    Watched watched = new Watched(ticket);
    ticket.stream =
        new TextStream(ticket.sequence, tokenizer, rest, job.sampler(), job.options(), watched);
    guide(ticket);
    ticket.slot = lowestFree();
    job.follower().begun(ticket.slot, cached);
    counts.cachedTokens.add(cached);
    engine.add(ticket.stream);
  }

  private void guide(Ticket ticket) {
    Job.Negative negative = ticket.job.negative();
    if (negative != null) {
      PromptCache cache = new PromptCache(decoder, -1);
      ticket.negative = cache.sequence();
      ticket.stream.guided(new Guidance(negative.scale(), cache, negative.prompt()));
    }
  }

  private int lowestFree() {
    int slot = 0;
    for (boolean taken = true; taken; slot += taken ? 1 : 0) {
      int at = slot;
      taken = active.stream().anyMatch(t -> t.slot == at);
    }
    return slot;
  }

  private void step() {
    if (active.isEmpty()) {
      return;
    }
    int rows = decoder.options().rows();
    engine.readAtMost(active.size() == 1 ? rows : pace.rows(rows));
    long read = read();
    long start = System.nanoTime();
    try {
      engine.step();
    } catch (Error e) { // streams are in no state to go on
      RuntimeException fault = new IllegalStateException("the engine failed: " + e, e);
      failAll(List.copyOf(active), fault);
      active.clear();
      if (e instanceof VirtualMachineError && !(e instanceof OutOfMemoryError)) {
        throw e;
      }
      return;
    }
    pace.took((int) (read() - read), System.nanoTime() - start);
    counts.passes.increment();
    counts.busySlots.add(active.size());
  }

  /** Tokens of prompts that are read so far. */
  private long read() {
    return active.stream()
        .mapToLong(t -> Math.min(t.sequence.length(), t.job.prompt().length))
        .sum();
  }

  private boolean isDone(Ticket ticket) {
    if (!ticket.stream.isEnded()) {
      return false;
    }
    RuntimeException fault = ticket.stream.fault();
    counts.longest = Math.max(counts.longest, ticket.sequence.length());
    counts.texts.increment();
    if (fault != null) {
      release(ticket);
      ticket.job.follower().failed(fault);
      return true;
    }
    Generation generation = ticket.stream.result();
    counts.promptTokens.add(generation.timings().promptTokens());
    counts.promptNanos.add(generation.timings().promptNanos());
    counts.drawnTokens.add(generation.ids().length);
    counts.drawnNanos.add(generation.timings().evalNanos());
    if (ticket.job.reuse()) {
      prefixes.keep(ticket.sequence);
    } else {
      ticket.sequence.close();
    }
    closeNegative(ticket);
    ticket.job.follower().ended(generation);
    return true;
  }

  private void abandon(Ticket ticket) {
    release(ticket);
    ticket.job.follower().failed(new BusyException(true, "the server is shutting down"));
  }

  private void failAll(List<Ticket> tickets, RuntimeException fault) {
    for (Ticket ticket : tickets) {
      release(ticket);
      ticket.job.follower().failed(fault);
    }
  }

  private void release(Ticket ticket) {
    if (ticket.sequence != null) {
      ticket.sequence.close();
    }
    closeNegative(ticket);
  }

  private static void closeNegative(Ticket ticket) {
    if (ticket.negative != null) {
      ticket.negative.close();
    }
  }

  private void tell() {
    List<SlotState> now = new ArrayList<>(idle());
    for (Ticket t : active) {
      int prompt = t.job.prompt().length;
      now.set(t.slot, new SlotState(t.slot, true, prompt, t.cached, t.sequence.length()));
    }
    states = List.copyOf(now);
  }

  /** What a follower hears, and what the scheduler does beside. */
  private final class Watched implements GenerationListener {
    private final Ticket ticket;

    Watched(Ticket ticket) {
      this.ticket = ticket;
      ticket.cached = ticket.sequence.length();
    }

    @Override
    public void prompt(int done, int total) {
      if (done == total && decoder.forgets() && ticket.job.reuse()) {
        prefixes.keep(ticket.sequence.fork()); // it cannot be cut back here later
      }
      ticket.job.follower().prompt(done, total);
    }

    @Override
    public void token(int id, float[] logits) {
      ticket.job.follower().token(id, logits);
    }

    @Override
    public void taken(int count) {
      ticket.job.follower().taken(count);
    }

    @Override
    public void text(String piece) {
      ticket.job.follower().text(piece);
    }

    @Override
    public void goesOn(TextStream stream) {
      ticket.job.follower().goesOn(stream);
    }

    @Override
    public boolean cancelled() {
      return ticket.isCancelled();
    }
  }
}
