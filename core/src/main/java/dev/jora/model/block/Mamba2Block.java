package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.Norm;
import dev.jora.backend.Product;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Runs;
import dev.jora.backend.Scan;
import dev.jora.backend.Weight;
import dev.jora.kernel.Activation;
import dev.jora.tensor.Tensor;
import java.util.List;

/**
 * Mamba 2: [z | x | b | c | Δ] = in·h; [x | b | c] = silu(conv(x, b, c)); y = scan(x, Δ, b, c); out
 * · norm(y ⊙ silu(z)), group by group.
 *
 * @param in [2 · inner + 2 · groups · states + heads, n_embd]
 * @param conv [inner + 2 · groups · states, taps] with bias
 * @param dtBias float32[heads]
 * @param a float32[heads, 1], negative
 * @param d float32[heads, 1]
 * @param norm [groups, inner / groups], or null
 * @param out [n_embd, inner]
 */
public record Mamba2Block(
    Mamba2Spec spec,
    Linear in,
    Linear conv,
    Tensor dtBias,
    Tensor a,
    Tensor d,
    Tensor norm,
    Linear out)
    implements Block {

  static Mamba2Block bind(Mamba2Spec s, TensorTable table, String ssm, int width) {
    return new Mamba2Block(
        s,
        table.linear(ssm + "in", width, (long) s.inner() + s.channels() + s.heads()),
        table.linear(ssm + "conv1d", s.taps(), s.channels()),
        table.required(ssm + "dt.bias", s.heads()),
        table.required(ssm + "a", 1, s.heads()),
        table.required(ssm + "d", 1, s.heads()),
        table.optional(ssm + "norm.weight", s.inner() / s.groups(), s.groups()),
        table.linear(ssm + "out", s.inner(), width));
  }

  @Override
  public Step wire(Wiring w, Buffer result) {
    Backend backend = w.backend();
    Mamba2Spec s = spec;
    int shared = s.groups() * s.states();
    Buffer all = w.inner(s.inner() + s.channels() + s.heads());
    Buffer z = all.columns(0, s.inner());
    Buffer raw = all.columns(s.inner(), s.channels());
    Buffer delta = all.columns(s.inner() + s.channels(), s.heads());
    List<Product> first = List.of(w.product(in, all));
    Weight kernel = w.turned(conv.weight());
    Weight bias = w.weight(conv.bias());
    int layer = w.keep(new RecurrentSpec(s.channels(), s.taps(), s.inner() * s.states()));
    Buffer mixed = w.inner(s.channels());
    Weight deltaBias = w.weight(dtBias);
    Scan scan =
        new Scan(
            s.heads(),
            s.groups(),
            s.states(),
            mixed.columns(0, s.inner()),
            delta,
            mixed.columns(s.inner(), shared),
            mixed.columns(s.inner() + shared, shared),
            w.floats(a),
            w.floats(d));
    Buffer y = w.inner(s.inner());
    Norm grouped =
        norm == null ? null : new Norm(s.norm().kind(), w.floats(norm), null, s.norm().eps());
    Runs groups = Runs.of(z, s.inner() / s.groups());
    Gate silu = Gate.of(Activation.SILU);
    List<Product> last = List.of(w.product(out, result));
    return (pass, h, rows) -> {
      int n = rows.count();
      backend.multiply(first, h, rows);
      backend.convolve(pass, layer, kernel, bias, raw, mixed);
      backend.activate(Activation.SILU, mixed, n);
      backend.addVector(deltaBias, n, delta);
      backend.scan(pass, layer, scan, y);
      backend.glu(silu, z, y, n);
      if (grouped != null) {
        backend.normaliseRuns(grouped, groups, n);
      }
      backend.multiply(last, z, rows);
    };
  }
}
