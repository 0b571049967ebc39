package dev.jora.model.block;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.Rope;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Weight;
import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Latent attention. With c the vector kept of a position, k = [kUp c | turned] and v = vUp c for
 * each head; so q·k = (kUpᵀ q)·c + what turns, and Σ p v = vUp Σ p c: heads attend to one head of
 * keys c, whose first values are the values.
 *
 * @param q [heads · queryDim, n_embd], or of two products the second
 * @param qDown [queryRank, n_embd], the first; or null
 * @param qNorm between the two
 * @param kvDown [latent + turned, n_embd]
 * @param kvNorm of the latent vector
 * @param kUp [heads, latent, plainDim]
 * @param vUp [heads, valueDim, latent]
 * @param output [n_embd, heads · valueDim]
 */
public record LatentBlock(
    LatentSpec spec,
    Linear q,
    Linear qDown,
    Linear qNorm,
    Linear kvDown,
    Linear kvNorm,
    Tensor kUp,
    Tensor vUp,
    Linear output)
    implements Block {

  static LatentBlock bind(LatentSpec s, TensorTable table, String layer, int width) {
    int rank = s.queryRank();
    long q = (long) s.heads() * s.queryDim();
    Tensor[] up = table.contains(layer + "attn_kv_b.weight") ? split(s, table, layer) : null;
    return new LatentBlock(
        s,
        rank == 0
            ? table.linear(layer + "attn_q", width, q)
            : table.linear(layer + "attn_q_b", rank, q),
        rank == 0 ? null : table.linear(layer + "attn_q_a", width, rank),
        rank == 0 ? null : table.norm(layer + "attn_q_a_norm", rank),
        table.linear(layer + "attn_kv_a_mqa", width, s.keyDim()),
        table.norm(layer + "attn_kv_a_norm", s.latent()),
        up != null
            ? up[0]
            : table.required(layer + "attn_k_b.weight", s.plainDim(), s.latent(), s.heads()),
        up != null
            ? up[1]
            : table.required(layer + "attn_v_b.weight", s.latent(), s.valueDim(), s.heads()),
        table.linear(layer + "attn_output", (long) s.heads() * s.valueDim(), width));
  }

  /**
   * kUp and vUp of files of the old kind, in which rows of both lie head by head in one matrix: of
   * keys transposed, in F32; of values as they are.
   */
  private static Tensor[] split(LatentSpec s, TensorTable table, String layer) {
    int plain = s.plainDim();
    int latent = s.latent();
    long rows = plain + s.valueDim();
    Tensor both = table.required(layer + "attn_kv_b.weight", latent, s.heads() * rows);
    BlockFormat format = BlockFormats.of(both.type());
    long rowBytes = both.rowBytes();
    long valueBytes = s.valueDim() * rowBytes;
    Arena arena = Arena.ofAuto();
    MemorySegment keys = arena.allocate(4L * s.heads() * latent * plain, 64);
    MemorySegment values = arena.allocate(s.heads() * valueBytes, 64);
    float[] row = new float[latent];
    for (int h = 0; h < s.heads(); h++) {
      for (int i = 0; i < plain; i++) {
        format.dequantize(both.data(), (h * rows + i) * rowBytes, row, 0, latent);
        for (int j = 0; j < latent; j++) {
          keys.setAtIndex(ValueLayout.JAVA_FLOAT, ((long) h * latent + j) * plain + i, row[j]);
        }
      }
      long from = (h * rows + plain) * rowBytes;
      MemorySegment.copy(both.data(), from, values, h * valueBytes, valueBytes);
    }
    return new Tensor[] {
      new Tensor(layer + "attn_k_b.weight", GgmlType.F32, Shape.of(plain, latent, s.heads()), keys),
      new Tensor(
          layer + "attn_v_b.weight", both.type(), Shape.of(latent, s.valueDim(), s.heads()), values)
    };
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    return new Wired(w, this, out);
  }

  private static final class Wired implements Step {
    private final LatentSpec spec;
    private final Backend backend;
    private final List<Product> down = new ArrayList<>();
    private final Buffer qDown;
    private final Norm qNorm;
    private final List<Product> qUp;
    private final Buffer kv;
    private final Norm kvNorm;
    private final Runs latent;
    private final Rope rope;
    private final Runs qPlain;
    private final Runs qTurned;
    private final Runs kTurned;
    private final Weight kUp;
    private final Buffer queries;
    private final Runs queryLatent;
    private final Runs queryTurned;
    private final int layer;
    private final Attention attention;
    private final Buffer seen;
    private final Runs seenHeads;
    private final Weight vUp;
    private final Buffer values;
    private final Runs valueHeads;
    private final List<Product> output;

    Wired(Wiring w, LatentBlock b, Buffer out) {
      LatentSpec s = b.spec;
      int turned = s.rope().dimensions();
      spec = s;
      backend = w.backend();
      Buffer q = w.inner(s.heads() * s.queryDim());
      kv = w.inner(s.keyDim());
      if (b.qDown == null) {
        qDown = null;
        qNorm = null;
        qUp = List.of();
        down.add(w.product(b.q, q));
      } else {
        qDown = w.inner(s.queryRank());
        qNorm = w.norm(s.norm(), b.qNorm);
        qUp = List.of(w.product(b.q, q));
        down.add(w.product(b.qDown, qDown));
      }
      down.add(w.product(b.kvDown, kv));
      kvNorm = w.norm(s.norm(), b.kvNorm);
      latent = new Runs(kv, 1, s.latent(), 0, s.keyDim());
      rope = w.rope(s.rope());
      qPlain = Runs.of(q, s.queryDim()).part(0, s.plainDim());
      qTurned = Runs.of(q, s.queryDim()).part(s.plainDim(), turned);
      kTurned = new Runs(kv, 1, turned, s.latent(), s.keyDim());
      kUp = w.matrix(new Linear(b.kUp, null));
      queries = w.inner(s.heads() * s.keyDim());
      queryLatent = Runs.of(queries, s.keyDim()).part(0, s.latent());
      queryTurned = Runs.of(queries, s.keyDim()).part(s.latent(), turned);
      layer =
          w.keep(
              new KvSpec(1, s.keyDim(), s.latent(), w.types().keys(), null, 0, rope, s.latent()));
      attention =
          w.attention(
              new Attention(s.heads(), 1, s.keyDim(), s.latent(), s.scale(), 0, 0, true, 0, null));
      seen = w.inner(s.heads() * s.latent());
      seenHeads = Runs.of(seen, s.latent());
      vUp = w.matrix(new Linear(b.vUp, null));
      values = w.inner(s.heads() * s.valueDim());
      valueHeads = Runs.of(values, s.valueDim());
      output = List.of(w.product(b.output, out));
    }

    @Override
    public void run(Pass pass, Buffer x, Rows rows) {
      int n = rows.count();
      backend.multiply(down, x, rows);
      if (qDown != null) {
        backend.normalise(qNorm, qDown, n, qDown);
        backend.multiply(qUp, qDown, rows);
      }
      backend.normaliseRuns(kvNorm, latent, n);
      backend.rotate(pass, rope, qTurned);
      backend.rotate(pass, rope, kTurned);
      backend.multiplyRuns(kUp, qPlain, rows, queryLatent);
      backend.copyRuns(qTurned, n, queryTurned);
      if (spec.temperature() != 0) {
        backend.temper(pass, spec.temperature(), spec.temperatureFloor(), queries);
      }
      backend.store(pass, layer, kv, null);
      backend.attend(pass, layer, attention, queries, seen);
      backend.multiplyRuns(vUp, seenHeads, rows, valueHeads);
      backend.multiply(output, values, rows);
    }
  }
}
