package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Scan;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Mamba 1: [x | z] = in·h; x = silu(conv(x)); [Δ' | b | c] = proj·x; y = scan(x, dt·Δ', b, c); out
 * · (y ⊙ silu(z)).
 *
 * @param in [2 · inner, n_embd]
 * @param conv [inner, taps] with bias
 * @param projection [rank + 2 · states, inner]
 * @param norms of Δ', b and c, where the file has them (Jamba)
 * @param dt [inner, rank] with bias
 * @param a float32[inner, states], negative
 * @param d float32[inner]
 * @param out [n_embd, inner]
 */
public record MambaBlock(
    MambaSpec spec,
    Linear in,
    Linear conv,
    Linear projection,
    List<Linear> norms,
    Linear dt,
    Tensor a,
    Tensor d,
    Linear out)
    implements Block {

  static MambaBlock bind(MambaSpec s, TensorTable table, String ssm, int width) {
    int inner = s.inner();
    List<Linear> norms = new ArrayList<>();
    if (table.contains(ssm + "dt_norm.weight")) {
      norms.add(table.norm(ssm + "dt_norm", s.rank()));
      norms.add(table.norm(ssm + "b_norm", s.states()));
      norms.add(table.norm(ssm + "c_norm", s.states()));
    }
    return new MambaBlock(
        s,
        table.linear(ssm + "in", width, 2L * inner),
        table.linear(ssm + "conv1d", s.taps(), inner),
        table.linear(ssm + "x", inner, s.rank() + 2L * s.states()),
        List.copyOf(norms),
        table.linear(ssm + "dt", s.rank(), inner),
        table.required(ssm + "a", s.states(), inner),
        table.required(ssm + "d", inner),
        table.linear(ssm + "out", inner, width));
  }

  @Override
  public Step wire(Wiring w, Buffer result) {
    return new Wired(w, this, result);
  }

  private static final class Wired implements Step {
    private static final Gate SILU = Gate.of(Activation.SILU);

    private final Backend backend;
    private final List<Product> in;
    private final int layer;
    private final Weight conv;
    private final Weight convBias;
    private final Buffer raw;
    private final Buffer z;
    private final Buffer x;
    private final List<Product> projection;
    private final List<Norm> norms;
    private final List<Runs> normed;
    private final Buffer rank;
    private final List<Product> dt;
    private final Scan scan;
    private final Buffer y;
    private final List<Product> out;

    Wired(Wiring w, MambaBlock b, Buffer result) {
      MambaSpec s = b.spec;
      int inner = s.inner();
      int states = s.states();
      backend = w.backend();
      Buffer both = w.inner(2 * inner);
      raw = both.columns(0, inner);
      z = both.columns(inner, inner);
      in = List.of(w.product(b.in, both));
      layer = w.keep(new RecurrentSpec(inner, s.taps(), inner * states));
      conv = w.turned(b.conv.weight());
      convBias = w.weight(b.conv.bias());
      x = w.inner(inner);
      Buffer parts = w.inner(s.rank() + 2 * states);
      projection = List.of(w.product(b.projection, parts));
      norms =
          s.normed()
              ? Collections.nCopies(3, s.norm().plain())
              : b.norms.stream().map(norm -> w.norm(s.norm(), norm)).toList();
      normed =
          List.of(
              new Runs(parts, 1, s.rank(), 0, parts.cols()),
              new Runs(parts, 1, states, s.rank(), parts.cols()),
              new Runs(parts, 1, states, s.rank() + states, parts.cols()));
      rank = parts.columns(0, s.rank());
      Buffer delta = w.inner(inner);
      dt = List.of(w.product(b.dt, delta));
      scan =
          new Scan(
              inner,
              1,
              states,
              x,
              delta,
              parts.columns(s.rank(), states),
              parts.columns(s.rank() + states, states),
              w.floats(b.a),
              w.weight(b.d));
      y = w.inner(inner);
      out = List.of(w.product(b.out, result));
    }

    @Override
    public void run(Pass pass, Buffer h, Rows rows) {
      int n = rows.count();
      backend.multiply(in, h, rows);
      backend.convolve(pass, layer, conv, convBias, raw, x);
      backend.activate(Activation.SILU, x, n);
      backend.multiply(projection, x, rows);
      for (int i = 0; i < norms.size(); i++) {
        backend.normaliseRuns(norms.get(i), normed.get(i), n);
      }
      backend.multiply(dt, rank, rows);
      backend.scan(pass, layer, scan, y);
      backend.glu(SILU, z, y, n);
      backend.multiply(out, z, rows);
    }
  }
}
