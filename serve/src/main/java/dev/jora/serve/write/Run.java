package dev.jora.serve.write;

import dev.jora.serve.http.Exchange;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.schedule.BusyException;
import dev.jora.serve.schedule.Job;
import dev.jora.serve.schedule.Ticket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts of one request, at work. Whoever has it reads events until all have ended; when the
 * client leaves, or this is closed, nobody works on them any more.
 */
public final class Run implements AutoCloseable {
  /** How soon a client that has left is noticed, while nothing happens. */
  private static final long LOOK_MILLIS = 10;

  /** What is done with events. */
  public interface Reader {
    /**
     * Something has happened.
     *
     * @param whole the text, this event included
     */
    void event(int index, Event event, Whole whole) throws IOException;

    /** Nothing has happened for a while. */
    default void silence() throws IOException {}
  }

  private final Mailbox box;
  private final List<Ticket> tickets;
  private final List<Whole> wholes;

  private Run(Mailbox box, List<Ticket> tickets, List<Whole> wholes) {
    this.box = box;
    this.tickets = tickets;
    this.wholes = wholes;
  }

  /**
   * Begins.
   *
   * @param texts each as often as its settings want it, side by side
   * @throws HttpFault if one does not fit, or the server is busy; then none has begun
   */
  public static Run start(ServedModel model, List<? extends Wanted> texts) {
    Mailbox box = new Mailbox();
    List<Job> jobs = new ArrayList<>();
    for (Wanted text : texts) {
      for (int copy = 0; copy < text.settings().texts(); copy++) {
        jobs.add(fitting(text.job(jobs.size(), copy, model, box), model));
      }
    }
    List<Ticket> tickets = new ArrayList<>();
    List<Whole> wholes = new ArrayList<>();
    for (Job job : jobs) {
      try {
        tickets.add(model.scheduler().submit(job));
      } catch (BusyException e) {
        box.close();
        tickets.forEach(Ticket::cancel);
        throw busy(e);
      }
      wholes.add(new Whole(job.prompt().length));
    }
    return new Run(box, tickets, wholes);
  }

  private static Job fitting(Job job, ServedModel model) {
    int n = job.prompt().length;
    int context = model.contextSize();
    if (n >= context) {
      throw new HttpFault(
              HttpFault.Kind.TOO_LONG,
              "request ("
                  + n
                  + " tokens) exceeds the available context size ("
                  + context
                  + " tokens), try increasing it")
          .with("n_prompt_tokens", n)
          .with("n_ctx", context);
    }
    return job;
  }

  /** What is said where there is no room. */
  public static HttpFault busy(BusyException e) {
    HttpFault.Kind kind = e.isClosing() ? HttpFault.Kind.UNAVAILABLE : HttpFault.Kind.BUSY;
    return new HttpFault(kind, e.getMessage(), e).retryAfter(e.isClosing() ? 10 : 2);
  }

  /** The texts, in the order they were wanted. */
  public List<Whole> wholes() {
    return wholes;
  }

  /** Waits for all of them. */
  public List<Whole> await(Exchange exchange) throws IOException {
    read(exchange, Long.MAX_VALUE, (index, event, whole) -> {});
    return wholes;
  }

  /**
   * Reads events until all texts have ended.
   *
   * @param silence milliseconds without an event after which the reader is told so
   * @throws IOException if the client has left
   * @throws RuntimeException what went wrong with a text
   */
  public void read(Exchange exchange, long silence, Reader reader) throws IOException {
    int open = wholes.size();
    long quiet = 0;
    while (open > 0) {
      Mailbox.Letter letter = next();
      if (exchange.isGone()) {
        throw new IOException("the client has left");
      }
      if (letter == null) {
        quiet += LOOK_MILLIS;
        if (box.isClosed()) {
          throw new IOException("the client reads too slowly");
        }
        if (quiet >= silence) {
          reader.silence();
          quiet = 0;
        }
        continue;
      }
      quiet = 0;
      Whole whole = wholes.get(letter.index());
      whole.accept(letter.event());
      reader.event(letter.index(), letter.event(), whole);
      open -= whole.isEnded() ? 1 : 0;
    }
  }

  private Mailbox.Letter next() throws IOException {
    try {
      return box.take(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends them where they are; whoever reads hears of the end. Any thread may. */
  public void stop() {
    tickets.forEach(Ticket::cancel);
  }

  /** Nobody wants them any more, if they have not ended. */
  @Override
  public void close() {
    box.close();
    tickets.forEach(Ticket::cancel);
  }
}
