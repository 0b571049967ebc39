package dev.jora.model;

import dev.jora.backend.Backend;
import dev.jora.backend.Buffer;
import dev.jora.backend.Norm;
import dev.jora.backend.Pass;
import dev.jora.backend.Product;
import dev.jora.backend.Rows;
import dev.jora.backend.Runs;
import dev.jora.backend.Weight;
import dev.jora.model.block.Linear;
import dev.jora.model.block.NormSpec;
import dev.jora.model.block.Wiring;
import dev.jora.tensor.Tensor;
import java.util.List;

/**
 * Inputs of every layer (Gemma 4 E): (norm(proj · x / √n_embd) + √width · table[id]) / √2, where x
 * is the token's embedding; {@code width} values for each layer, side by side.
 *
 * @param table [vocabulary, layers · width]
 * @param projection [layers · width, n_embd]
 * @param norm of width values
 */
public record LayerInputs(Tensor table, Linear projection, Linear norm, int width) {
  /** Values of a token for all layers. */
  int cols() {
    return Math.toIntExact(table.shape().ne0());
  }

  /** The computation, wired to the backend where embeddings are. */
  Stage wire(Wiring w, NormSpec spec) {
    return new Stage(this, w, spec);
  }

  /** Ready to run. */
  static final class Stage {
    private final Backend backend;
    private final Weight table;
    private final Buffer projected;
    private final List<Product> projection;
    private final Norm norm;
    private final Runs layers;
    private final Buffer out;
    private final float width;

    private Stage(LayerInputs inputs, Wiring w, NormSpec spec) {
      backend = w.backend();
      table = w.table(inputs.table);
      projected = w.inner(inputs.cols());
      projection = List.of(w.product(inputs.projection, projected));
      norm = w.norm(spec, inputs.norm);
      layers = Runs.of(projected, inputs.width);
      out = w.layerInputs();
      width = inputs.width;
    }

    /** {@link Wiring#layerInputs} of the rows of a pass, x being their embeddings. */
    void run(Pass pass, Buffer x, Rows rows) {
      int n = rows.count();
      backend.embed(pass, table, (float) Math.sqrt(width), out);
      backend.multiply(projection, x, rows);
      backend.scale(projected, n, (float) (1 / Math.sqrt(x.cols())));
      backend.normaliseRuns(norm, layers, n);
      backend.add(projected, n, 1, out);
      backend.scale(out, n, (float) Math.sqrt(0.5));
    }
  }
}
