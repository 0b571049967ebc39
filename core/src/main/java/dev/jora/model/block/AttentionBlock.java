package dev.jora.model.block;

import dev.jora.backend.Attention;
import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.KvSpec;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.Rope;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.kernel.Activation;
import dev.jora.model.adapter.AdapterTable.View;
import dev.jora.model.block.AttentionSpec.QkNorm;
import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Attention: q, k and v are products of x, keys and values go to the cache, and what heads see goes
 * through one more product.
 *
 * @param q [heads · keyDim, n_embd]; with gates [heads · 2 · keyDim, n_embd]
 * @param k [kvHeads · keyDim, n_embd], or null where an earlier layer's keys are looked at
 * @param v [kvHeads · valueDim, n_embd], or null where values are what keys are before their norm
 * @param qNorm null for none; likewise kNorm
 * @param sinks float32[heads], or null
 * @param output [n_embd, heads · valueDim]
 */
public record AttentionBlock(
    AttentionSpec spec,
    Linear q,
    Linear k,
    Linear v,
    Linear qNorm,
    Linear kNorm,
    Tensor sinks,
    Linear output)
    implements Block {

  static AttentionBlock bind(AttentionSpec s, TensorTable table, String layer, int width) {
    long q = (s.gated() ? 2L : 1L) * s.heads() * s.keyDim();
    long k = (long) s.kvHeads() * s.keyDim();
    long v = (long) s.kvHeads() * s.valueDim();
    boolean own = s.sharedWith() < 0;
    Linear[] qkv = new Linear[3];
    String fused = layer + "attn_qkv.weight";
    long all = q + k + v;
    if (table.contains(fused)) {
      List<String> parts = List.of(layer + "attn_q", layer + "attn_k", layer + "attn_v");
      qkv = table.fused(layer + "attn_qkv", parts, width, q, k, v).toArray(qkv);
    } else {
      qkv[0] = table.linear(layer + "attn_q", width, q).in(new View(fused, 0, all, false));
      qkv[1] =
          own ? table.linear(layer + "attn_k", width, k).in(new View(fused, q, all, false)) : null;
      boolean keysOnly = s.valueNorm() && k == v && !table.contains(layer + "attn_v.weight");
      qkv[2] =
          own && !keysOnly
              ? table.linear(layer + "attn_v", width, v).in(new View(fused, q + k, all, false))
              : null;
    }
    return new AttentionBlock(
        s,
        qkv[0],
        qkv[1],
        qkv[2],
        headNorm(s, table, layer + "attn_q_norm", s.heads()),
        own ? headNorm(s, table, layer + "attn_k_norm", s.kvHeads()) : null,
        s.sinks() ? table.required(layer + "attn_sinks.weight", s.heads()) : null,
        table.linear(layer + "attn_output", (long) s.heads() * s.valueDim(), width));
  }

  /** A norm over each head, with the same weights or its own, or over the row of all heads. */
  private static Linear headNorm(AttentionSpec s, TensorTable table, String name, int heads) {
    String weightName = name + ".weight";
    if (s.qkNorm() == QkNorm.NONE || s.qkNorm() == QkNorm.OPTIONAL && !table.contains(weightName)) {
      return null;
    }
    int dim = s.keyDim();
    if (table.dims(weightName) == 2) {
      return new Linear(table.required(weightName, dim, heads), null);
    }
    return table.norm(name, table.hasRowsOf(weightName, dim) ? dim : (long) dim * heads);
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    return new Wired(w, this, out);
  }

  private static final class Wired implements Step {
    private static final Gate SIGMOID = Gate.of(Activation.SIGMOID);

    private final AttentionSpec spec;
    private final Backend backend;
    private final Buffer both; // q with gates, or null
    private final Runs bothHeads;
    private final Runs bothGates;
    private final Buffer gates;
    private final Runs gateHeads;
    private final Buffer q;
    private final Buffer k;
    private final Buffer v;
    private final List<Product> qkv = new ArrayList<>();
    private final boolean own;
    private final boolean keysAreValues;
    private final Norm vNorm;
    private final Runs vHeads;
    private final Norm qNorm;
    private final Runs qNormed;
    private final Norm kNorm;
    private final Runs kNormed;
    private final Rope rope;
    private final Runs qHeads;
    private final Runs kHeads;
    private final int layer;
    private final Attention attention;
    private final Buffer heads;
    private final List<Product> output;

    Wired(Wiring w, AttentionBlock b, Buffer out) {
      AttentionSpec s = b.spec;
      spec = s;
      backend = w.backend();
      q = w.inner(s.heads() * s.keyDim());
      k = w.inner(s.kvHeads() * s.keyDim());
      v = w.inner(s.kvHeads() * s.valueDim());
      both = s.gated() ? w.inner(2 * q.cols()) : null;
      gates = s.gated() ? w.inner(s.heads() * s.valueDim()) : null;
      bothHeads = both == null ? null : Runs.of(both, 2 * s.keyDim()).part(0, s.keyDim());
      bothGates = both == null ? null : Runs.of(both, 2 * s.keyDim()).part(s.keyDim(), s.keyDim());
      gateHeads = both == null ? null : Runs.of(gates, s.keyDim());
      qkv.add(w.product(b.q, s.gated() ? both : q));
      if (b.k != null) {
        qkv.add(w.product(b.k, k));
      }
      if (b.v != null) {
        qkv.add(w.product(b.v, v));
      }
      own = b.k != null;
      keysAreValues = own && b.v == null;
      vNorm = s.valueNorm() ? s.norm().plain() : null;
      vHeads = Runs.of(v, s.valueDim());
      qNorm = w.norm(s.norm(), b.qNorm);
      qNormed = normed(b.qNorm, q);
      kNorm = w.norm(s.norm(), b.kNorm);
      kNormed = normed(b.kNorm, k);
      rope = w.rope(s.rope());
      qHeads = Runs.of(q, s.keyDim());
      kHeads = Runs.of(k, s.keyDim());
      layer = own ? keep(w, s) : w.kept(s.sharedWith());
      attention =
          w.attention(
              new Attention(
                  s.heads(),
                  s.kvHeads(),
                  s.keyDim(),
                  s.valueDim(),
                  s.scale(),
                  s.softcap(),
                  s.window(),
                  s.causal(),
                  s.maxBias(),
                  w.weight(b.sinks)));
      heads = w.inner(s.heads() * s.valueDim());
      output = List.of(w.product(b.output, out));
    }

    /**
     * A cache; what looks both ways has all of a text in one pass, and nobody asks for it later.
     */
    private int keep(Wiring w, AttentionSpec s) {
      Wiring.CacheTypes types = w.types();
      return s.causal()
          ? w.keep(kv(s, types.keys(), types.values(), s.window(), rope))
          : w.keepForPass(kv(s, GgmlType.F32, GgmlType.F32, 0, null));
    }

    private static KvSpec kv(
        AttentionSpec s, GgmlType keys, GgmlType values, int window, Rope rope) {
      return new KvSpec(s.kvHeads(), s.keyDim(), s.valueDim(), keys, values, window, rope);
    }

    /** The runs that a norm takes: heads, or the row. */
    private static Runs normed(Linear norm, Buffer x) {
      return norm == null
          ? null
          : Runs.of(x, (int) Math.min(x.cols(), norm.weight().shape().ne0()));
    }

    private void normalise(int n) {
      if (qNorm != null) {
        backend.normaliseRuns(qNorm, qNormed, n);
      }
      if (kNorm != null) {
        backend.normaliseRuns(kNorm, kNormed, n);
      }
    }

    @Override
    public void run(Pass pass, Buffer x, Rows rows) {
      int n = rows.count();
      backend.multiply(qkv, x, rows);
      if (both != null) {
        backend.copyRuns(bothHeads, n, qHeads);
        backend.copyRuns(bothGates, n, gateHeads);
      }
      if (keysAreValues) {
        backend.copyRuns(kHeads, n, vHeads);
      }
      if (spec.normFirst()) {
        normalise(n);
      }
      if (own && vNorm != null) {
        backend.normaliseRuns(vNorm, vHeads, n);
      }
      if (rope != null) {
        backend.rotate(pass, rope, qHeads);
        if (own) {
          backend.rotate(pass, rope, kHeads);
        }
      }
      if (!spec.normFirst()) {
        normalise(n);
      }
      if (spec.temperature() != 0) {
        backend.temper(pass, spec.temperature(), spec.temperatureFloor(), q);
      }
      if (own) {
        backend.store(pass, layer, k, v);
      }
      backend.attend(pass, layer, attention, q, heads);
      if (both != null) {
        backend.glu(SIGMOID, gates, heads, n);
      }
      backend.multiply(output, both == null ? heads : gates, rows);
    }
  }
}
