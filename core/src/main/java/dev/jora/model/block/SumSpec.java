package dev.jora.model.block;

import java.util.List;

/**
 * Sub-layers side by side, whose results are added (Falcon H1).
 *
 * @param parts two or more
 */
public record SumSpec(List<BlockSpec> parts) implements BlockSpec {
  @Override
  public SumBlock bind(TensorTable table, String layer, int width) {
    return new SumBlock(parts.stream().map(part -> part.bind(table, layer, width)).toList());
  }
}
