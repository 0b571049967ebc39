package dev.jora.grammar.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A set of JSON values that is not worked out yet, so schemas may refer to themselves. */
sealed interface Term {
  Term ANYTHING = new All(Set.of());
  Term NOTHING = new Any(Set.of());

  /** What the schema at a place of the document allows. */
  record At(String pointer) implements Term {}

  /** One value. */
  record Const(JsonNode value) implements Term {}

  /** Objects that have a property. */
  record Has(String property) implements Term {}

  /** What all allow. */
  record All(Set<Term> terms) implements Term {}

  /** What one at least allows. */
  record Any(Set<Term> terms) implements Term {}

  /** What another does not allow. */
  record Not(Term term) implements Term {}

  static Term all(Collection<Term> terms) {
    Set<Term> flat = new LinkedHashSet<>();
    for (Term term : terms) {
      if (term instanceof All all) {
        flat.addAll(all.terms);
      } else {
        flat.add(term);
      }
    }
    if (flat.contains(NOTHING)) {
      return NOTHING;
    }
    return flat.size() == 1 ? flat.iterator().next() : new All(flat);
  }

  static Term all(Term a, Term b) {
    return all(List.of(a, b));
  }

  static Term any(Collection<Term> terms) {
    Set<Term> flat = new LinkedHashSet<>();
    for (Term term : terms) {
      if (term instanceof Any any) {
        flat.addAll(any.terms);
      } else {
        flat.add(term);
      }
    }
    if (flat.contains(ANYTHING)) {
      return ANYTHING;
    }
    return flat.size() == 1 ? flat.iterator().next() : new Any(flat);
  }

  static Term any(Term a, Term b) {
    return any(List.of(a, b));
  }

  static Term not(Term term) {
    if (term instanceof Not not) {
      return not.term;
    }
    return term.equals(ANYTHING) ? NOTHING : term.equals(NOTHING) ? ANYTHING : new Not(term);
  }
}
