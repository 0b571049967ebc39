package dev.jora.engine;

import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Pooling;
import dev.jora.model.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Texts become vectors: several in a pass, each as if it were alone. Works for encoders, which read
 * a text as a whole, and for models that write, which read a long one in pieces. For one thread.
 */
public final class Embedder implements AutoCloseable {
  /** What is made of a text; called in the order of texts. */
  @FunctionalInterface
  public interface Sink {
    /**
     * The vectors of a text.
     *
     * @param text which, counted from 0
     * @param vectors one, or where nothing is pooled one for every token
     */
    void take(int text, float[][] vectors);
  }

  private final LoadedModel model;
  private final Pooling pooling;
  private final Pooling vector;
  private final int width;
  private final boolean whole;
  private final int most;
  private final Batch batch = new Batch();
  private Decoder decoder;

  /**
   * For a model.
   *
   * @param pooling null for the file's; where it has none the mean of an encoder's tokens, and the
   *     last of others
   * @throws dev.jora.gguf.GgufException if texts are to be scored and the file has no classifier
   */
  public Embedder(LoadedModel model, Pooling pooling) {
    this.model = model;
    this.whole = model.model().spec().frame().encodes();
    this.pooling = pooling == null ? own() : pooling;
    this.vector =
        this.pooling == Pooling.RANK ? model.model().spec().embedding().ranked() : this.pooling;
    this.width = model.model().hyperparameters().embeddingLength();
    this.most = Math.min(model.options().contextSize(), limit());
    if (this.pooling == Pooling.RANK) {
      model.model().requireScores();
    }
  }

  private Pooling own() {
    Pooling files = model.model().spec().embedding().pooling();
    Pooling usual = whole ? Pooling.MEAN : Pooling.LAST;
    return files == null ? usual : files;
  }

  /** Positions that are learned end with their table. */
  private int limit() {
    Model m = model.model();
    return m.spec().frame().learnedPositions() ? m.contextLength() : Integer.MAX_VALUE;
  }

  /** How tokens become one vector. */
  public Pooling pooling() {
    return pooling;
  }

  /** The most tokens that a text can have. */
  public int most() {
    return most;
  }

  /** A text that is being read. */
  private static final class Reading {
    private final int[] tokens;
    private final Sequence sequence;
    private final List<float[]> vectors = new ArrayList<>();
    private double[] sum;
    private int read;
    private int outputs; // of the pass in progress

    Reading(int[] tokens, Sequence sequence) {
      this.tokens = tokens;
      this.sequence = sequence;
    }

    boolean isRead() {
      return read == tokens.length;
    }

    void add(float[] row) {
      if (sum == null) {
        sum = new double[row.length];
      }
      for (int i = 0; i < row.length; i++) {
        sum[i] += row[i];
      }
    }

    float[] mean() {
      float[] mean = new float[sum.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = (float) (sum[i] / tokens.length);
      }
      return mean;
    }
  }

  /**
   * Vectors of texts, as the model makes them: not normalised.
   *
   * @param texts token ids, one or more of each text
   * @param cancelled asked between layers: true ends it
   * @return false if it was ended
   * @throws TextTooLongException for a text of more than {@link #most} tokens, before any is read
   */
  public boolean embed(List<int[]> texts, Sink sink, BooleanSupplier cancelled) {
    makeRoom(texts);
    Deque<Reading> readings = new ArrayDeque<>();
    int begun = 0;
    int done = 0;
    try {
      while (done < texts.size()) {
        batch.clear();
        int left = decoder.options().batchSize();
        for (Reading reading : readings) { // one, of which a piece was read
          left -= add(reading, left);
        }
        while (begun < texts.size() && left >= (whole ? texts.get(begun).length : 1)) {
          Reading reading = new Reading(texts.get(begun++), decoder.newSequence());
          readings.add(reading);
          left -= add(reading, left);
        }
        if (!decoder.forward(batch, cancelled)) {
          return false;
        }
        take(readings);
        while (!readings.isEmpty() && readings.peek().isRead()) {
          Reading ended = readings.remove();
          ended.sequence.close();
          sink.take(done++, vectors(ended));
        }
      }
      return true;
    } finally {
      readings.forEach(reading -> reading.sequence.close());
    }
  }

  /** Checks lengths, and has a decoder with room for the longest text that is read as a whole. */
  private void makeRoom(List<int[]> texts) {
    long all = 0;
    int longest = 1;
    for (int i = 0; i < texts.size(); i++) {
      int n = texts.get(i).length;
      if (n == 0) {
        throw new IllegalArgumentException("text " + i + " has no tokens");
      }
      if (n > most) {
        throw new TextTooLongException(i, n, most);
      }
      all += n;
      longest = Math.max(longest, n);
    }
    DecoderOptions options = model.options();
    int rows = (int) Math.min(all, options.batchSize());
    rows = Math.max(whole ? longest : 1, rows);
    if (decoder == null || decoder.options().batchSize() < rows) {
      close();
      decoder = model.decoder(options.forEmbeddings(rows));
    }
  }

  /** Adds what fits of a text to the batch: tokens of it. */
  private int add(Reading reading, int left) {
    int n = Math.min(left, reading.tokens.length - reading.read);
    int from = vector == Pooling.LAST ? reading.tokens.length - 1 - reading.read : 0;
    int to = vector == Pooling.CLS ? (reading.read == 0 ? 1 : 0) : n;
    batch.add(reading.sequence, reading.tokens, reading.read, n, from, to);
    reading.read += n;
    reading.outputs = Math.max(0, to - from);
    return n;
  }

  /** Takes the hidden states of the last pass. */
  private void take(Iterable<Reading> readings) {
    int row = 0;
    for (Reading reading : readings) {
      for (int i = 0; i < reading.outputs; i++) {
        float[] hidden = new float[width];
        decoder.hidden(row++, 1, hidden);
        if (vector == Pooling.MEAN) {
          reading.add(hidden);
        } else {
          reading.vectors.add(hidden);
        }
      }
      reading.outputs = 0;
    }
  }

  private float[][] vectors(Reading reading) {
    if (vector == Pooling.MEAN) {
      reading.vectors.add(reading.mean());
    }
    return reading.vectors.stream()
        .map(v -> pooling == Pooling.RANK ? decoder.score(v) : decoder.project(v))
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
      decoder = null;
    }
  }
}
