package dev.jora.quantize.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jora.tensor.GgmlType;
import dev.jora.testing.Shared;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Golden lists of llama.cpp, made without importance matrix: every tensor of every recipe. */
final class SchemaTest {
  /** Six models; their lists state a few numbers, the tensors stand here. */
  enum Model {
    QWEN3("qwen3-0.6b", "qwen3") {
      @Override
      Tensors tensors(SchemaFile file) {
        return Tensors.dense(1024, 3072, 151936, 28, 2048, 1024, true);
      }
    },
    GEMMA3("gemma-3-4b-it", "gemma3") {
      @Override
      Tensors tensors(SchemaFile file) {
        return Tensors.dense(2560, 10240, 262144, 34, 2048, 1024, false);
      }
    },
    LLAMA("meta-llama-3.1-70b-instruct", "llama") {
      @Override
      Tensors tensors(SchemaFile file) {
        return Tensors.dense(8192, 28672, 128256, 80, 8192, 1024, true);
      }
    },
    GPT_OSS("gpt-oss-120b", "gpt-oss") {
      @Override
      Tensors tensors(SchemaFile file) {
        Tensors tensors = ends(2880, 201088);
        for (int layer = 0; layer < file.number("n_layer"); layer++) {
          tensors
              .attention(layer, 2880, 4096, 512)
              .addLayer(layer, "attn_sinks.weight", 64)
              .addLayer(layer, "attn_q.bias", 4096)
              .addLayer(layer, "ffn_gate_inp.weight", 2880, 128)
              .addLayer(layer, "ffn_down_exps.bias", 2880, 128)
              .feedForward(layer, "_exps.weight", 2880, 2880, 128);
        }
        return tensors;
      }
    },
    QWEN35("qwen3.5-397b-a17b", "qwen35moe") {
      @Override
      Tensors tensors(SchemaFile file) {
        Tensors tensors = ends(4096, 248320);
        for (int layer = 0; layer < file.number("n_layer"); layer++) {
          if (layer % 4 == 3) {
            tensors.attention(layer, 4096, 8192, 512);
          } else {
            tensors
                .addLayer(layer, "attn_qkv.weight", 4096, 12288)
                .addLayer(layer, "attn_gate.weight", 4096, 8192)
                .addLayer(layer, "ssm_conv1d.weight", 4, 12288)
                .addLayer(layer, "ssm_alpha.weight", 4096, 64)
                .addLayer(layer, "ssm_beta.weight", 4096, 64)
                .addLayer(layer, "ssm_norm.weight", 128)
                .addLayer(layer, "ssm_out.weight", 8192, 4096);
          }
          tensors
              .addLayer(layer, "ffn_gate_inp.weight", 4096, 512)
              .addLayer(layer, "ffn_gate_inp_shexp.weight", 4096)
              .feedForward(layer, "_exps.weight", 4096, 1024, 512)
              .feedForward(layer, "_shexp.weight", 4096, 1024);
        }
        return tensors;
      }
    },
    DEEPSEEK("deepseek-v3.1", "deepseek2") {
      @Override
      Tensors tensors(SchemaFile file) {
        Tensors tensors = ends(7168, 129280);
        for (int layer = 0; layer < file.number("n_layer"); layer++) {
          tensors
              .addLayer(layer, "attn_q_a.weight", 7168, 1536)
              .addLayer(layer, "attn_q_a_norm.weight", 1536)
              .addLayer(layer, "attn_q_b.weight", 1536, 24576)
              .addLayer(layer, "attn_kv_a_mqa.weight", 7168, 576)
              .addLayer(layer, "attn_k_b.weight", 128, 512, 128)
              .addLayer(layer, "attn_v_b.weight", 512, 128, 128)
              .addLayer(layer, "attn_output.weight", 16384, 7168);
          if (layer < 3) {
            tensors.feedForward(layer, ".weight", 7168, 18432);
          } else {
            tensors
                .addLayer(layer, "exp_probs_b.bias", 256)
                .addLayer(layer, "ffn_gate_inp.weight", 7168, 256)
                .feedForward(layer, "_exps.weight", 7168, 2048, 256)
                .feedForward(layer, "_shexp.weight", 7168, 2048);
          }
        }
        return tensors;
      }
    };

    private final String file;
    private final String architecture;

    Model(String file, String architecture) {
      this.file = file;
      this.architecture = architecture;
    }

    abstract Tensors tensors(SchemaFile file);

    private static Tensors ends(long embd, long vocab) {
      return new Tensors().add("token_embd.weight", embd, vocab).add("output.weight", embd, vocab);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTensorOfEveryRecipe(Model model) throws IOException {
    SchemaFile file =
        SchemaFile.read(Shared.path("golden/quant-recipes/" + model.file + ".schema"));
    assertTrue(file.sections().size() >= 33, () -> "few recipes: " + file.sections().keySet());
    List<OutputTensor> tensors = model.tensors(file).sorted();
    ModelShape shape = file.shape(model.architecture);
    file.sections()
        .forEach(
            (name, section) -> {
              RecipePlan plan =
                  RecipePlan.of(Recipe.parse(name), shape, tensors, RecipeOptions.DEFAULTS);
              assertEquals(section.defaultType(), plan.recipe().defaultType(), name);
              assertEquals(new TreeMap<>(section.others()), others(plan), model + " " + name);
            });
    assertNamesAreAllThere(file, tensors);
  }

  /** The tensors with another type than the default one, as the lists have them. */
  private static Map<String, GgmlType> others(RecipePlan plan) {
    return plan.tensors().stream()
        .filter(tensor -> tensor.reason() != PlannedTensor.Reason.KEPT)
        .filter(tensor -> tensor.target() != plan.recipe().defaultType())
        .collect(
            Collectors.toMap(
                PlannedTensor::name, PlannedTensor::target, (a, b) -> a, TreeMap::new));
  }

  /** Kinds of matrices that lists never name would be tested by nothing; there is one. */
  private static void assertNamesAreAllThere(SchemaFile file, List<OutputTensor> tensors) {
    Set<String> named = new TreeSet<>();
    file.sections().values().forEach(section -> named.addAll(kinds(section.others().keySet())));
    Set<String> quantized = new TreeSet<>();
    for (OutputTensor tensor : tensors) {
      if (Quantizable.test(tensor.name(), tensor.source().shape())) {
        quantized.addAll(kinds(Set.of(tensor.name())));
      }
    }
    quantized.remove("blk.N.attn_v_b.weight");
    assertEquals(named, quantized);
  }

  private static Set<String> kinds(Set<String> names) {
    return names.stream()
        .map(name -> name.replaceFirst("^blk\\.\\d+", "blk.N"))
        .collect(Collectors.toSet());
  }
}
