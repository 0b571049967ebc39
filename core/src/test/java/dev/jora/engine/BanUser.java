package dev.jora.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.model.Batch;
import dev.jora.model.Sequence;
import dev.jora.sampling.SamplerChain;
import dev.jora.testing.TestModel;
import dev.jora.tokenizer.StreamingDecoder;
import dev.jora.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Somebody who hears a text with banned phrases, and believes none of it. */
final class BanUser implements GenerationListener, AutoCloseable {
  final TextStream stream;
  final List<Integer> heard = new ArrayList<>();
  final List<Integer> rows = new ArrayList<>();
  final StringBuilder shown = new StringBuilder();
  final Sequence sequence;
  int taken;
  int late; // the most characters that came and were not shown
  private final TestModel model;
  private final Tokenizer tokenizer;
  private final int[] prompt;

  BanUser(
      TestModel model,
      Tokenizer tokenizer,
      int[] prompt,
      SamplerChain sampler,
      Generator.Options options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.prompt = prompt;
    this.sequence = model.decoder.newSequence();
    this.stream = new TextStream(sequence, tokenizer, prompt, sampler, options, this);
  }

  /** Runs it with the model's logits. */
  BanUser run() {
    Engine engine = new Engine(model.decoder);
    engine.add(stream);
    while (engine.step()) {
      // until it ends
    }
    return this;
  }

  /** Runs it with other logits, which are asked for with the text that the model has read. */
  BanUser run(Function<int[], float[]> logits) {
    Batch batch = new Batch();
    while (!stream.isEnded()) {
      Unread unread = stream.unread();
      int n = unread.next(model.decoder.options().batchSize());
      batch.clear();
      unread.put(batch, sequence, n);
      model.decoder.forward(batch);
      stream.passed(n, 1);
      if (unread.size() == 0) {
        assertArrayEquals(read(), text());
        stream.take(logits.apply(text()));
      }
    }
    return this;
  }

  private int[] text() {
    return heard.stream().mapToInt(i -> i).toArray();
  }

  /** What the model has read of it; where the context was shifted, what it should have. */
  private int[] read() {
    int[] all = sequence.tokens();
    boolean whole = all.length == prompt.length + heard.size();
    return whole ? Arrays.copyOfRange(all, prompt.length, all.length) : text();
  }

  /** What was heard and shown is what there is in the end, and the model has read it. */
  void assertConsistent(List<String> phrases) {
    Generation g = stream.result();
    assertArrayEquals(g.ids(), heard.stream().mapToInt(i -> i).toArray());
    assertEquals(g.text(), shown.toString());
    phrases.forEach(phrase -> assertFalse(g.text().contains(phrase), phrase));
    int[] read = sequence.tokens();
    int[] all = Arrays.copyOf(prompt, prompt.length + g.ids().length);
    System.arraycopy(g.ids(), 0, all, prompt.length, g.ids().length);
    int behind = g.stop() == StopReason.CONTEXT ? 0 : Math.min(1, g.ids().length);
    assertArrayEquals(Arrays.copyOf(all, all.length - behind), read);
  }

  @Override
  public void token(int id, float[] logits) {
    heard.add(id);
    rows.add(Arrays.hashCode(logits));
  }

  @Override
  public void taken(int count) {
    assertTrue(count > 0 && count <= heard.size());
    taken += count;
    heard.subList(heard.size() - count, heard.size()).clear();
    rows.subList(rows.size() - count, rows.size()).clear();
  }

  @Override
  public void text(String piece) {
    shown.append(piece);
  }

  @Override
  public void goesOn(TextStream same) {
    StreamingDecoder decoder = new StreamingDecoder(tokenizer, false);
    int all = heard.stream().mapToInt(id -> decoder.accept(id).length()).sum();
    late = Math.max(late, all - shown.length());
  }

  @Override
  public void close() {
    sequence.close();
  }
}
