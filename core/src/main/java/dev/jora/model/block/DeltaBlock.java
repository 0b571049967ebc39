package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Delta;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A gated delta net: [q | k | v] = silu(conv(qkv·h)); y = rule(q, k, v, α·h, β·h); out · (norm(y) ⊙
 * silu(z·h)), head by head.
 *
 * @param qkv [2 · keyHeads · keyDim + heads · valueDim, n_embd]
 * @param z [heads · valueDim, n_embd]
 * @param alpha [heads, n_embd], or together with beta [2 · heads, n_embd]
 * @param beta [heads, n_embd], or null
 * @param conv [2 · keyHeads · keyDim + heads · valueDim, taps]
 * @param a float32[heads], negative
 * @param bias float32[heads], of α
 * @param norm float32[valueDim]
 * @param out [n_embd, heads · valueDim]
 */
public record DeltaBlock(
    DeltaSpec spec,
    Linear qkv,
    Linear z,
    Linear alpha,
    Linear beta,
    Linear conv,
    Tensor a,
    Tensor bias,
    Linear norm,
    Linear out)
    implements Block {

  static DeltaBlock bind(DeltaSpec s, TensorTable table, String layer, int width) {
    String ssm = layer + "ssm_";
    int heads = s.heads();
    return new DeltaBlock(
        s,
        table.linear(layer + "attn_qkv", width, s.channels()),
        table.linear(layer + "attn_gate", width, s.inner()),
        s.together()
            ? table.linear(ssm + "ba", width, 2L * heads)
            : table.linear(ssm + "alpha", width, heads),
        s.together() ? null : table.linear(ssm + "beta", width, heads),
        table.linear(ssm + "conv1d", s.taps(), s.channels()),
        table.required(ssm + "a", heads),
        table.required(ssm + "dt.bias", heads),
        table.norm(ssm + "norm", s.valueDim()),
        table.linear(ssm + "out", s.inner(), width));
  }

  @Override
  public Step wire(Wiring w, Buffer result) {
    return new Wired(w, this, result);
  }

  private static final class Wired implements Step {
    private static final Gate SILU = Gate.of(Activation.SILU);

    private final Backend backend;
    private final List<Product> in = new ArrayList<>();
    private final Buffer raw;
    private final Buffer z;
    private final Runs togetherBeta; // null where they are apart
    private final Runs togetherAlpha;
    private final Buffer alpha;
    private final Buffer beta;
    private final Runs alphaRuns; // of alpha and beta, the value heads of a key head
    private final Runs betaRuns;
    private final int layer;
    private final Weight conv;
    private final Weight convBias;
    private final Buffer mixed;
    private final Delta delta;
    private final Buffer y;
    private final Norm norm;
    private final Runs heads;
    private final List<Product> out;

    Wired(Wiring w, DeltaBlock b, Buffer result) {
      DeltaSpec s = b.spec;
      int keys = s.keyHeads() * s.keyDim();
      int perKey = s.heads() / s.keyHeads();
      backend = w.backend();
      raw = w.inner(s.channels());
      z = w.inner(s.inner());
      alpha = w.inner(s.heads());
      beta = w.inner(s.heads());
      alphaRuns = Runs.of(alpha, perKey);
      betaRuns = Runs.of(beta, perKey);
      in.add(w.product(b.qkv, raw));
      in.add(w.product(b.z, z));
      if (s.together()) {
        Buffer both = w.inner(2 * s.heads());
        in.add(w.product(b.alpha, both));
        togetherBeta = Runs.of(both, 2 * perKey).part(0, perKey);
        togetherAlpha = Runs.of(both, 2 * perKey).part(perKey, perKey);
      } else {
        in.add(w.product(b.alpha, alpha));
        in.add(w.product(b.beta, beta));
        togetherBeta = togetherAlpha = null;
      }
      int cells = s.heads() * s.keyDim() * s.valueDim();
      layer = w.keep(new RecurrentSpec(s.channels(), s.taps(), cells));
      conv = w.turned(b.conv.weight());
      convBias = w.weight(b.conv.bias());
      mixed = w.inner(s.channels());
      delta =
          new Delta(
              s.heads(),
              s.keyHeads(),
              !s.together(),
              mixed.columns(0, keys),
              mixed.columns(keys, keys),
              mixed.columns(2 * keys, s.inner()),
              alpha,
              beta,
              w.weight(b.a),
              w.weight(b.bias),
              s.norm().eps());
      y = w.inner(s.inner());
      norm = w.norm(s.norm(), b.norm);
      heads = Runs.of(y, s.valueDim());
      out = List.of(w.product(b.out, result));
    }

    @Override
    public void run(Pass pass, Buffer h, Rows rows) {
      int n = rows.count();
      backend.multiply(in, h, rows);
      if (togetherBeta != null) {
        backend.copyRuns(togetherBeta, n, betaRuns);
        backend.copyRuns(togetherAlpha, n, alphaRuns);
      }
      backend.convolve(pass, layer, conv, convBias, raw, mixed);
      backend.activate(Activation.SILU, mixed, n);
      backend.deltaRule(pass, layer, delta, y);
      backend.normaliseRuns(norm, heads, n);
      backend.glu(SILU, z, y, n);
      backend.multiply(out, z, rows);
    }
  }
}
