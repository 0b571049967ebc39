package dev.jora.model.block;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Experts;
import dev.jora.backend.Norm;
import dev.jora.tensor.Tensor;

/**
 * postNorm(dense(norm(x))) + expertsPostNorm(experts(expertsNorm(x))); the router reads x
 * normalised, times {@code routerScale} / √n_embd.
 *
 * @param experts null where the layer has none; likewise what belongs to them
 * @param routerScale float32[n_embd]
 */
public record SideBySideBlock(
    SideBySideSpec spec,
    Linear norm,
    DenseBlock dense,
    Linear postNorm,
    Linear expertsNorm,
    MixtureBlock experts,
    Linear expertsPostNorm,
    Tensor routerScale)
    implements Block {

  static SideBySideBlock bind(SideBySideSpec s, TensorTable table, String layer, int width) {
    FeedForwardSpec both = s.feedForward();
    Linear norm = table.norm(layer + "ffn_norm", width);
    DenseBlock dense = DenseBlock.bind(both, table, layer + "ffn_", width);
    if (!MixtureBlock.isIn(table, layer)) {
      return new SideBySideBlock(s, norm, dense, null, null, null, null, null);
    }
    return new SideBySideBlock(
        s,
        norm,
        dense,
        table.norm(layer + "post_ffw_norm_1", width),
        table.norm(layer + "pre_ffw_norm_2", width),
        MixtureBlock.bind(both, table, layer, width),
        table.norm(layer + "post_ffw_norm_2", width),
        table.required(layer + "ffn_gate_inp.scale", width));
  }

  @Override
  public Step wire(Wiring w, Buffer out) {
    Backend backend = w.backend();
    Buffer h = w.inner(out.cols());
    Norm first = w.norm(spec.norm(), norm);
    if (experts == null) {
      Step alone = dense.wire(w, out);
      return (pass, x, rows) -> {
        backend.normalise(first, x, rows.count(), h);
        alone.run(pass, h, rows);
      };
    }
    Buffer denseOut = w.inner(out.cols());
    Step denseStep = dense.wire(w, denseOut);
    Norm densePost = w.norm(spec.norm(), postNorm);
    Norm second = w.norm(spec.norm(), expertsNorm);
    Norm secondPost = w.norm(spec.norm(), expertsPostNorm);
    Norm router = w.norm(spec.norm(), new Linear(routerScale, null));
    Buffer routed = w.inner(out.cols());
    float scale = (float) (1 / Math.sqrt(out.cols()));
    Experts mixture = experts.experts(w);
    return (pass, x, rows) -> {
      int n = rows.count();
      backend.normalise(first, x, n, h);
      denseStep.run(pass, h, rows);
      backend.normalise(densePost, denseOut, n, denseOut);
      backend.normalise(router, x, n, routed);
      backend.scale(routed, n, scale);
      backend.normalise(second, x, n, h);
      backend.experts(mixture, routed, h, rows, out);
      backend.normalise(secondPost, out, n, out);
      backend.add(denseOut, n, 1, out);
    };
  }
}
