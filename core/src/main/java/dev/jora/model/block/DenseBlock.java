package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import dev.jora.kernel.Xielu;
import java.util.List;

/**
 * down(f(gate x) ⊙ up x), or without a gate down(f(up x)).
 *
 * @param activation how gate and up meet
 * @param xielu in place of it; null for none
 * @param gate [n_ff, n_embd], or null
 * @param up [n_ff, n_embd]
 * @param down [n_embd, n_ff]
 */
public record DenseBlock(Gate activation, Xielu xielu, Linear gate, Linear up, Linear down)
    implements Block {

  static DenseBlock bind(FeedForwardSpec s, TensorTable table, String ffn, int embedding) {
    table.requireKey("feed_forward_length", s.width());
    int width = s.width();
    if (s.gated() && table.contains(ffn + "gate.weight")) {
      return bind(s, table, ffn, "", width, embedding);
    }
    Linear down = table.linear(ffn + "down", width, embedding);
    if (!s.gated()) {
      return new DenseBlock(
          s.gate(), s.xielu(), null, table.linear(ffn + "up", embedding, width), down);
    }
    List<Linear> both =
        table.fused(ffn + "up", List.of(ffn + "gate", ffn + "up"), embedding, width, width);
    return new DenseBlock(s.gate(), null, both.get(0), both.get(1), down);
  }

  /** Three matrices whose names end in {@code suffix}, or two where there are no gates. */
  static DenseBlock bind(
      FeedForwardSpec s, TensorTable table, String ffn, String suffix, long width, int embedding) {
    return new DenseBlock(
        s.gate(),
        s.xielu(),
        s.gated() ? table.linear(ffn + "gate" + suffix, embedding, width) : null,
        table.linear(ffn + "up" + suffix, embedding, width),
        table.linear(ffn + "down" + suffix, width, embedding));
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    Backend backend = w.backend();
    int width = (int) up.weight().shape().ne1();
    Buffer inner = w.inner(width);
    List<Product> products;
    Buffer other = null;
    if (gate == null) {
      products = List.of(w.product(up, inner));
    } else {
      other = w.inner(width);
      products = List.of(w.product(gate, inner), w.product(up, other));
    }
    Buffer second = other;
    List<Product> last = List.of(w.product(down, out));
    return (pass, x, rows) -> {
      backend.multiply(products, x, rows);
      if (xielu != null) {
        backend.activate(xielu, inner, rows.count());
      } else if (second == null) {
        backend.activate(activation.activation(), inner, rows.count());
      } else {
        backend.glu(activation, inner, second, rows.count());
      }
      backend.multiply(last, inner, rows);
    };
  }
}
