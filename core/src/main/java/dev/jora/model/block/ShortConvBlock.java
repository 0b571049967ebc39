package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Product;
import dev.jora.backend.RecurrentSpec;
import dev.jora.backend.Weight;
import java.util.List;

/**
 * [b | c | x] = in·h; out · (c ⊙ conv(b ⊙ x)).
 *
 * @param in [3 · n_embd, n_embd]
 * @param conv [n_embd, taps]
 * @param out [n_embd, n_embd]
 */
public record ShortConvBlock(ShortConvSpec spec, Linear in, Linear conv, Linear out)
    implements Block {

  static ShortConvBlock bind(ShortConvSpec s, TensorTable table, String name, int width) {
    return new ShortConvBlock(
        s,
        table.linear(name + "in_proj", width, 3L * width),
        table.linear(name + "conv", s.taps(), width),
        table.linear(name + "out_proj", width, width));
  }

  @Override
  public Step wire(Wiring w, Buffer result) {
    Backend backend = w.backend();
    int width = result.cols();
    Buffer all = w.inner(3 * width);
    Buffer b = all.columns(0, width);
    Buffer c = all.columns(width, width);
    Buffer x = all.columns(2 * width, width);
    Buffer mixed = w.inner(width);
    List<Product> first = List.of(w.product(in, all));
    Weight kernel = w.turned(conv.weight());
    Weight bias = w.weight(conv.bias());
    int layer = w.keep(new RecurrentSpec(width, spec.taps(), 0));
    List<Product> last = List.of(w.product(out, result));
    return (pass, h, rows) -> {
      int n = rows.count();
      backend.multiply(first, h, rows);
      backend.times(b, n, x);
      backend.convolve(pass, layer, kernel, bias, x, mixed);
      backend.times(c, n, mixed);
      backend.multiply(last, mixed, rows);
    };
  }
}
