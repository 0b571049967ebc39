package dev.jora.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.quant.BlockFormat;
import dev.jora.quant.BlockFormats;
import dev.jora.tensor.GgmlType;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products are as exact as llama.cpp's way of rounding activations lets them be. */
class ProductErrorsTest {
  static Stream<GgmlType> types() {
    return BlockFormats.all().stream().map(BlockFormat::type);
  }

  @ParameterizedTest
  @MethodSource("types")
  void productsAreAsExactAsThoseOfLlamaCpp(GgmlType type) {
    ProductErrors errors = ProductErrors.of(type);
    assertTrue(errors.areAsGood(), errors.toString());
  }
}
