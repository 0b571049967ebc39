package dev.jora.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.jora.backend.Backend;
import dev.jora.backend.cpu.CpuBackend;
import dev.jora.exec.WorkPool;
import dev.jora.gguf.GgufFile;
import dev.jora.kernel.Kernels;
import dev.jora.kernel.ScalarKernels;
import dev.jora.model.Batch;
import dev.jora.model.Decoder;
import dev.jora.model.DecoderOptions;
import dev.jora.model.Model;
import dev.jora.model.Placement;
import dev.jora.model.RopeOptions;
import dev.jora.model.Sequence;
import dev.jora.model.SequenceFile;
import dev.jora.model.adapter.Adaptation;
import dev.jora.tensor.GgmlType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A model file opened for a test, on a CPU of its own. */
public final class TestModel implements AutoCloseable {
  private final GgufFile file;
  private final WorkPool pool;
  private final CpuBackend backend;
  private final Backend device; // or null
  public final Model model;
  public final Decoder decoder;

  /** Opens {@code path} with these kernels, threads and cache type. */
  public TestModel(Path path, Kernels kernels, int threads, GgmlType cache) {
    this(path, kernels, threads, cache, 512, Integer.MAX_VALUE);
  }

  /** Likewise, with the most tokens of a pass and of a sequence. */
  public TestModel(
      Path path, Kernels kernels, int threads, GgmlType cache, int batchSize, int context) {
    this(path, kernels, threads, null, cache, batchSize, context, Adaptation.Wanted.NONE);
  }

  /** Likewise, on a device if there is one, with things added to the model and an F32 cache. */
  public TestModel(
      Path path, Kernels kernels, int threads, Backend device, Adaptation.Wanted added) {
    this(path, kernels, threads, device, GgmlType.F32, 512, Integer.MAX_VALUE, added);
  }

  /** Likewise, with all layers on a device, which is closed with the model. */
  public TestModel(Path path, Backend device, GgmlType cache) {
    this(
        path,
        new ScalarKernels(),
        1,
        device,
        cache,
        512,
        Integer.MAX_VALUE,
        Adaptation.Wanted.NONE);
  }

  private TestModel(
      Path path,
      Kernels kernels,
      int threads,
      Backend device,
      GgmlType cache,
      int batchSize,
      int context,
      Adaptation.Wanted added) {
    file = GgufFile.open(path);
    pool = new WorkPool(threads);
    backend = new CpuBackend(kernels, pool);
    model = Model.of(file);
    this.device = device;
    int size = Math.min(context, model.contextLength());
    Placement placement =
        device == null
            ? Placement.all(backend, model)
            : new Placement(backend, Collections.nCopies(model.layers().size(), device), device);
    decoder =
        new Decoder(
            model,
            placement,
            new DecoderOptions(size, batchSize, cache, cache, RopeOptions.Overrides.NONE)
                .withAdaptation(model.read(added)));
  }

  /** Logits of all positions of {@code tokens}, read in passes of at most {@code step} tokens. */
  public float[][] logits(int[] tokens, int step) {
    float[][] all = new float[tokens.length][model.vocabularySize()];
    try (Sequence sequence = decoder.newSequence()) {
      read(sequence, tokens, step, all);
    }
    return all;
  }

  /** Logits of all positions of {@code tokens}, read one by one as tokens that are drawn are. */
  public float[][] single(int[] tokens) {
    try (Sequence sequence = decoder.newSequence()) {
      return draw(sequence, tokens, 0);
    }
  }

  /**
   * Logits of all positions of {@code tokens}, drawn in the company of other texts: user i of
   * {@code users} is i tokens behind the first, and the last one's logits are these.
   */
  public float[][] inCompany(int[] tokens, int users) {
    float[][] all = new float[tokens.length][model.vocabularySize()];
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      sequences.add(decoder.newSequence());
    }
    Batch batch = new Batch();
    for (int step = 0; step < tokens.length + users - 1; step++) {
      batch.clear();
      for (int i = 0; i < users; i++) {
        if (step >= i && step - i < tokens.length) {
          batch.addSingle(sequences.get(i), tokens, step - i, 1, Batch.Outputs.LAST);
        }
      }
      decoder.forward(batch);
      if (step >= users - 1) {
        decoder.logits(batch.outputCount() - 1, all[step - users + 1]);
      }
    }
    sequences.forEach(Sequence::close);
    return all;
  }

  /** Appends tokens to a sequence one by one, as tokens that are drawn are, from one of them on. */
  public float[][] draw(Sequence sequence, int[] tokens, int from) {
    float[][] all = new float[tokens.length - from][model.vocabularySize()];
    Batch batch = new Batch();
    for (int i = from; i < tokens.length; i++) {
      batch.clear();
      batch.addSingle(sequence, tokens, i, 1, Batch.Outputs.LAST);
      decoder.forward(batch);
      decoder.logits(0, all[i - from]);
    }
    return all;
  }

  /**
   * Demands that a text goes on as it is, to the bit: in company, from a fork in the middle, and
   * from a file.
   *
   * @param saved where its first half is put
   * @return logits of the second half
   */
  public float[][] goesOn(int[] tokens, int half, int users, Path saved) throws IOException {
    try (Sequence trunk = decoder.newSequence();
        Sequence loaded = decoder.newSequence()) {
      float[][] alone = single(tokens);
      assertArrayEquals(alone, inCompany(tokens, users), "in company");
      float[][] rest = Arrays.copyOfRange(alone, half, tokens.length);
      draw(trunk, Arrays.copyOf(tokens, half), 0);
      SequenceFile.save(saved, decoder, trunk, List.of());
      try (Sequence fork = trunk.fork()) {
        assertArrayEquals(rest, draw(trunk, tokens, half), "the trunk");
        draw(trunk, Arrays.copyOf(tokens, 4), 0);
        assertArrayEquals(rest, draw(fork, tokens, half), "a fork");
      }
      SequenceFile.load(saved, decoder, loaded);
      assertArrayEquals(rest, draw(loaded, tokens, half), "from a file");
      return rest;
    }
  }

  /** Appends tokens to a sequence and collects their logits. */
  public void read(Sequence sequence, int[] tokens, int step, float[][] all) {
    Batch batch = new Batch();
    for (int from = 0; from < tokens.length; from += step) {
      int n = Math.min(step, tokens.length - from);
      batch.clear();
      batch.add(sequence, tokens, from, n, Batch.Outputs.ALL);
      decoder.forward(batch);
      for (int i = 0; i < n; i++) {
        decoder.logits(i, all[from + i]);
      }
    }
  }

  @Override
  public void close() {
    decoder.close();
    if (device != null) {
      device.close();
    }
    backend.close();
    pool.close();
    file.close();
  }
}
