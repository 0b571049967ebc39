package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Gate;
import dev.jora.backend.Product;
import java.util.List;

/**
 * proj · (f(gate · x) ⊙ the layer's own input).
 *
 * @param gate [width, n_embd]
 * @param projection [n_embd, width]
 */
public record LayerInputBlock(LayerInputSpec spec, Linear gate, Linear projection)
    implements Block {

  static LayerInputBlock bind(LayerInputSpec s, TensorTable table, String layer, int width) {
    return new LayerInputBlock(
        s,
        table.linear(layer + "inp_gate", width, s.width()),
        table.linear(layer + "proj", s.width(), width));
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    Backend backend = w.backend();
    Buffer gated = w.inner(spec.width());
    Buffer few = w.inner(spec.width());
    Buffer all = w.layerInputs().columns(spec.layer() * spec.width(), spec.width());
    List<Product> first = List.of(w.product(gate, gated));
    List<Product> last = List.of(w.product(projection, out));
    Gate meet = Gate.of(spec.activation());
    return (pass, x, rows) -> {
      int n = rows.count();
      Buffer own = all;
      if (n < pass.input().rows().count()) {
        backend.gatherOutputs(pass, all, few);
        own = few;
      }
      backend.multiply(first, x, rows);
      backend.glu(meet, gated, own, n);
      backend.multiply(last, gated, rows);
    };
  }
}
