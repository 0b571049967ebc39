package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.Product;
import dev.jora.backend.Routing;
import dev.jora.tensor.Tensor;
import java.util.List;

/**
 * A mixture of experts.
 *
 * @param router [experts, n_embd]
 * @param selectionBias float32[experts] that experts are chosen by, or null
 * @param factors float32[experts] on what each adds, or null
 * @param gate [experts, n_ff, n_embd]; null for none, or where its rows and up's lie in one tensor
 * @param up [experts, n_ff, n_embd]; of both [experts, 2 · n_ff, n_embd]
 * @param down [experts, n_embd, n_ff]; biases of the three are [experts, outputs]
 * @param shared an expert that every token goes through, or null
 * @param sharedGate [1, n_embd]: σ of it scales the shared expert, or null
 */
public record MixtureBlock(
    FeedForwardSpec spec,
    Linear router,
    Tensor selectionBias,
    Tensor factors,
    Linear gate,
    Linear up,
    Linear down,
    DenseBlock shared,
    Linear sharedGate)
    implements Block {

  /** True if a layer has experts, or a part of them. */
  static boolean isIn(TensorTable table, String layer) {
    return table.containsAny(layer + "ffn_gate_inp.weight", layer + "ffn_down_exps.weight");
  }

  static MixtureBlock bind(FeedForwardSpec s, TensorTable table, String layer, int embedding) {
    String ffn = layer + "ffn_";
    FeedForwardSpec.Mixture m = s.experts();
    int count = m.count();
    if (count == 0) {
      throw table.fault("expert_count", "the number of experts, as the file has experts", "0");
    }
    table.requireKey("feed_forward_length", m.width());
    DenseBlock shared =
        table.containsAny(
                ffn + "up_shexp.weight", ffn + "gate_shexp.weight", ffn + "down_shexp.weight")
            ? DenseBlock.bind(s, table, ffn, "_shexp", m.sharedWidth(), embedding)
            : null;
    boolean together = s.gated() && table.contains(ffn + "gate_up_exps.weight");
    return new MixtureBlock(
        s,
        table.linear(ffn + "gate_inp", embedding, count),
        table.optional(layer + "exp_probs_b.bias", count),
        table.optional(ffn + "down_exps.scale", count),
        together || !s.gated() ? null : table.stack(ffn + "gate_exps", embedding, m.width(), count),
        together
            ? table.stack(ffn + "gate_up_exps", embedding, 2L * m.width(), count)
            : table.stack(ffn + "up_exps", embedding, m.width(), count),
        table.stack(ffn + "down_exps", m.width(), embedding, count),
        shared,
        table.optionalRow(ffn + "gate_inp_shexp", embedding));
  }

  /** Router and experts, without those that all tokens go through. */
  Experts experts(Wiring w) {
    FeedForwardSpec.Mixture m = spec.experts();
    Routing routing =
        new Routing(
            w.matrix(router),
            w.weight(router.bias()),
            m.gating(),
            w.weight(selectionBias),
            m.used(),
            m.groups(),
            m.usedGroups(),
            w.weight(factors),
            m.normalised(),
            m.scale());
    return w.mixture(
        new Experts(
            routing,
            gate == null ? null : w.matrix(gate),
            w.matrix(up),
            w.matrix(down),
            gate == null ? null : w.floats(gate.bias()),
            w.floats(up.bias()),
            w.floats(down.bias()),
            spec.gate()));
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    Backend backend = w.backend();
    Experts experts = experts(w);
    if (shared == null) {
      return (pass, x, rows) -> backend.experts(experts, x, x, rows, out);
    }
    Buffer sharedOut = w.inner(out.cols());
    Step sharedStep = shared.wire(w, sharedOut);
    Buffer factor = sharedGate == null ? null : w.inner(1);
    List<Product> factors = sharedGate == null ? List.of() : List.of(w.product(sharedGate, factor));
    return (pass, x, rows) -> {
      int n = rows.count();
      backend.experts(experts, x, x, rows, out);
      sharedStep.run(pass, x, rows);
      if (factor != null) {
        backend.multiply(factors, x, rows);
        backend.scaleBySigmoid(factor, sharedOut, n);
      }
      backend.add(sharedOut, n, 1, out);
    };
  }
}
