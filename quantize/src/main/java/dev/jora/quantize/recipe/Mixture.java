package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import dev.jora.tensor.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of mixtures: which types a recipe gives to which tensors. How cells are read stands at
 * {@link Cell}, and what their conditions mean at {@link Site}. Counted are values (also fused
 * ones) among all values, feed-forward matrices among the layers. F32, F16 and BF16 mix nothing.
 */
final class Mixture {
  private static final Map<Recipe, Map<String, Cell>> TABLE =
      rows(
          """
          recipe  output token_embd attn_v                 attn_k  attn_q  attn_output ffn_gate,up      ffn_down
          Q4_0    Q6_K   D          D                      D       D       D           D                matrix&n/8:Q4_1,D
          Q4_1    Q6_K   D          D                      D       D       D           D                D
          Q5_0    Q6_K   D          D                      D       D       D           D                matrix&n/8:Q5_1,D
          Q5_1    Q6_K   D          D                      D       D       D           D                D
          Q8_0    Q8_0   D          D                      D       D       D           D                D
          Q2_K    Q6_K   D          gqa4:Q4_K,Q3_K         D       D       Q3_K        D                Q3_K
          Q2_K_S  Q6_K   D          gqa4:Q4_K,D            D       D       D           D                n/8:Q4_K,D
          Q3_K_S  Q6_K   D          D                      D       D       D           D                D
          Q3_K_M  Q6_K   D          first2:Q5_K,Q4_K       D       D       Q4_K        D                n/16:Q5_K,Q4_K
          Q3_K_L  Q6_K   D          Q5_K                   D       D       Q5_K        D                Q5_K
          Q4_K_S  Q6_K   D          first4:Q5_K,D          D       D       D           D                n/8:Q5_K,D
          Q4_K_M  Q6_K   D          more:Q6_K,D            D       D       D           D                more:Q6_K,D
          Q5_K_S  Q6_K   D          D                      D       D       D           D                D
          Q5_K_M  Q6_K   D          more:Q6_K,D            D       D       D           D                more:Q6_K,D
          Q6_K    Q6_K   D          D                      D       D       D           D                D
          IQ4_NL  Q6_K   D          gqa4:Q5_K,D            D       D       D           D                plain&n/8:Q5_K,D
          IQ4_XS  Q6_K   D          gqa4:Q5_K,D            D       D       D           D                plain&n/8:Q5_K,D
          IQ3_M   Q6_K   D          Q4_K                   D       D       Q4_K        D                n/8:Q4_K,D
          IQ3_S   Q6_K   D          gqa4:Q4_K,D            D       D       D           D                D
          IQ3_XS  Q6_K   D          gqa4:Q4_K,D            IQ3_XXS IQ3_XXS D           middle:IQ3_XXS,D D
          IQ3_XXS Q5_K   IQ3_S      gqa4:Q4_K,matrix:D,IQ3_S IQ2_S IQ2_S   IQ3_S       D                matrix:D,n/8:Q4_K,Q3_K
          IQ2_M   Q5_K   IQ3_S      wide:Q4_K,IQ3_S        D       D       IQ3_S       D                n/8:IQ3_S,D
          IQ2_S   Q5_K   IQ3_S      wide:Q4_K,IQ3_S        D       D       IQ3_S       D                n/8:IQ3_S,D
          IQ2_XS  Q5_K   Q2_K       wide:Q4_K,Q2_K         D       D       D           D                n/8:Q2_K,D
          IQ2_XXS Q5_K   Q2_K       wide:Q4_K,Q2_K         D       D       D           D                n/8:Q2_K,D
          IQ1_M   Q5_K   Q2_K       wide:Q4_K,Q2_K         D       D       IQ2_XXS     D                n/8:Q2_K,D
          IQ1_S   Q5_K   Q2_K       wide:Q4_K,Q2_K         D       D       IQ2_XXS     D                n/8:Q2_K,D
          TQ1_0   Q6_K   Q4_K       D                      D       D       D           D                D
          TQ2_0   Q6_K   Q4_K       D                      D       D       D           D                D
          Q1_0    Q6_K   D          D                      D       D       D           D                D
          Q2_0    Q6_K   Q4_K       D                      D       D       D           D                D
          """);

  /**
   * What differs for some models: the first row that fits model, recipe and column takes the place
   * of the cell above. "low" are the recipes of IQ1 and IQ2, "other" the rest.
   */
  private static final List<Special> SPECIALS =
      specials(
          """
          falcon   low,other output      Q8_0
          falcon   Q3_K_L    attn_output Q4_K
          falcon   other     attn_output D
          falcon   Q3_K_M    ffn_down    n/16:Q5_K,more:Q4_K,D
          falcon   Q3_K_L    ffn_down    Q4_K
          falcon   Q4_K_M    ffn_down    n/16:Q6_K,more:Q5_K,D
          falcon   Q4_K_S    ffn_down    D
          8experts other     attn_v      Q8_0
          8experts other     attn_k      Q8_0
          8experts low       attn_k      Q4_K
          8experts low       attn_output Q5_K
          8experts Q2_K,Q3_K_S,Q3_K_M,Q4_K_S,Q4_K_M,IQ3_XXS,IQ3_XS,IQ3_S,IQ3_M,IQ4_NL,IQ4_XS attn_output Q5_K
          8experts other     attn_output D
          8experts IQ3_M     ffn_down    n/8:Q4_K,more:Q4_K,D
          """);

  private record Special(String model, Set<String> recipes, String column, Cell cell) {
    boolean fits(Recipe recipe, String column, ModelShape model) {
      boolean fitsModel = this.model.equals("falcon") ? model.isFalcon() : model.isEightExperts();
      return fitsModel
          && this.column.equals(column)
          && (recipes.contains(recipe.name())
              || recipes.contains(recipe.isLow() ? "low" : "other"));
    }
  }

  private Mixture() {}

  /**
   * The type that the recipe wants for a tensor, whatever its shape can take.
   *
   * @param role OUTPUT also for the token embeddings of models without output matrix
   */
  static GgmlType type(Recipe recipe, TensorRole role, OutputTensor tensor, Site site) {
    Shape shape = tensor.source().shape();
    if (recipe == Recipe.MXFP4_MOE) {
      return isExpert(tensor, role, site.model()) ? recipe.defaultType() : GgmlType.Q8_0;
    }
    if (role == TensorRole.OUTPUT && shape.ne0() % recipe.defaultType().blockSize() != 0) {
      return GgmlType.Q8_0;
    }
    if (role == TensorRole.OTHER) {
      return recipe.defaultType();
    }
    GgmlType type = cell(recipe, column(role), site.model()).type(recipe, site);
    boolean coarse = type == GgmlType.Q3_K || type == GgmlType.Q4_K;
    boolean raised = role.isValue() && coarse && site.model().isSeventyBillion() && !recipe.isLow();
    return raised ? GgmlType.Q5_K : type;
  }

  private static boolean isExpert(OutputTensor tensor, TensorRole role, ModelShape model) {
    boolean stacked = tensor.source().shape().ne2() > 1;
    return stacked && (!model.architecture().equals("bailingmoe3") || role.isFeedForward());
  }

  private static Cell cell(Recipe recipe, String column, ModelShape model) {
    return SPECIALS.stream()
        .filter(special -> special.fits(recipe, column, model))
        .findFirst()
        .map(Special::cell)
        .orElseGet(() -> TABLE.get(recipe).get(column));
  }

  private static String column(TensorRole role) {
    return switch (role) {
      case OUTPUT -> "output";
      case TOKEN_EMBD -> "token_embd";
      case ATTN_V, ATTN_QKV, ATTN_KV_B -> "attn_v";
      case ATTN_K -> "attn_k";
      case ATTN_Q -> "attn_q";
      case ATTN_OUTPUT -> "attn_output";
      case FFN_UP, FFN_GATE -> "ffn_gate,up";
      case FFN_DOWN -> "ffn_down";
      case OTHER -> throw new IllegalArgumentException("no column for " + role);
    };
  }

  private static Map<Recipe, Map<String, Cell>> rows(String table) {
    List<String[]> lines = table.lines().map(line -> line.split(" +")).toList();
    String[] header = lines.getFirst();
    Map<Recipe, Map<String, Cell>> rows = new EnumMap<>(Recipe.class);
    for (String[] line : lines.subList(1, lines.size())) {
      Map<String, Cell> row = new HashMap<>();
      for (int i = 1; i < header.length; i++) {
        row.put(header[i], Cell.parse(line[i]));
      }
      rows.put(Recipe.valueOf(line[0]), row);
    }
    return rows;
  }

  private static List<Special> specials(String table) {
    return table.lines().map(line -> line.split(" +")).map(Mixture::special).toList();
  }

  private static Special special(String[] line) {
    Set<String> recipes = Set.copyOf(Arrays.asList(line[1].split(",")));
    return new Special(line[0], recipes, line[2], Cell.parse(line[3]));
  }
}
