package dev.jora.quantize.recipe;

import dev.jora.tensor.GgmlType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A cell of the table of mixtures: types with conditions, of which the first that holds counts,
 * {@code plain&n/8:Q5_K,D}. D is the default type of the recipe; a cell ends with a type that has
 * no condition.
 */
record Cell(List<Choice> choices) {
  private static final Map<String, Predicate<Site>> CONDITIONS =
      Map.of(
          "gqa4", Site::sharesValues,
          "wide", site -> site.sharesValues() || site.model().expertCount() >= 4,
          "first2", site -> site.index() < 2,
          "first4", site -> site.index() < 4,
          "n/8", site -> site.isInFirst(8),
          "n/16", site -> site.isInFirst(16),
          "middle", Site::isInMiddle,
          "more", Site::deservesMoreBits,
          "matrix", Site::hasMatrix,
          "plain", site -> !site.hasMatrix());

  /** A type, empty for the default one, and when it is chosen. */
  private record Choice(Predicate<Site> condition, Optional<GgmlType> type) {
    static Choice parse(String text) {
      int colon = text.indexOf(':');
      Stream<String> names = Arrays.stream(text.substring(0, Math.max(colon, 0)).split("&"));
      Predicate<Site> condition =
          names
              .filter(name -> !name.isEmpty())
              .map(Choice::named)
              .reduce(_ -> true, Predicate::and);
      String type = text.substring(colon + 1);
      return new Choice(
          condition, type.equals("D") ? Optional.empty() : Optional.of(GgmlType.valueOf(type)));
    }

    private static Predicate<Site> named(String name) {
      return Optional.ofNullable(CONDITIONS.get(name))
          .orElseThrow(() -> new IllegalArgumentException("no condition '" + name + "'"));
    }
  }

  static Cell parse(String text) {
    return new Cell(Arrays.stream(text.split(",")).map(Choice::parse).toList());
  }

  GgmlType type(Recipe recipe, Site site) {
    return choices.stream()
        .filter(choice -> choice.condition().test(site))
        .findFirst()
        .orElseThrow()
        .type()
        .orElse(recipe.defaultType());
  }
}
