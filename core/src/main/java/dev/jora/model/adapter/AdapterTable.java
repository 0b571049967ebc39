package dev.jora.model.adapter;

import dev.jora.backend.Adapter;
import dev.jora.backend.AdapterScale;
import dev.jora.backend.Room;
import dev.jora.gguf.GgufException;
import dev.jora.tensor.Shape;
import dev.jora.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The adapters of a decoder by the names of tensors: checks that their shapes fit, remembers which
 * were used, and has the scales.
 */
public final class AdapterTable {
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, Addition> additions = new LinkedHashMap<>();
  private List<Float> scales;

  private record Entry(LoraAdapter adapter, AdapterScale scale, Set<String> used) {}

  /**
   * Rows of a weight that are a part of a tensor's, which may be in the file or not.
   *
   * @param of the tensor's name
   * @param first the first of them
   * @param all rows that the tensor has
   * @param shared true: the tensor's name is that of one of its parts too, and rows tell which
   */
  public record View(String of, long first, long all, boolean shared) {}

  /**
   * What is added to rows of a tensor: scale · b · a, of stacks matrix by matrix.
   *
   * @param tensor its name; {@code output.weight} also where the file has the token embeddings for
   *     it
   * @param first the first of its rows that is added to
   * @param rows how many of them
   * @param isTable true: a is [tokens, rank], and the sum of row i is b times row i of a
   * @param scale of the user, times alpha / rank where there is an alpha
   */
  public record Addition(
      String tensor, long first, long rows, boolean isTable, Tensor a, Tensor b, double scale) {}

  /** None of them used. */
  public AdapterTable(Adaptation adaptation) {
    scales = adaptation.scales();
    for (int i = 0; i < scales.size(); i++) {
      AdapterScale scale = new AdapterScale(scales.get(i));
      entries.add(new Entry(adaptation.adapters().get(i), scale, new HashSet<>()));
    }
  }

  /** The scales now. */
  public List<Float> scales() {
    return scales;
  }

  /** Other scales, from the next pass on. */
  public void scale(List<Float> others) {
    if (others.size() != entries.size()) {
      throw new IllegalArgumentException(others.size() + " scales of " + entries.size());
    }
    scales = List.copyOf(others);
    for (int i = 0; i < entries.size(); i++) {
      entries.get(i).scale().set(scales.get(i));
    }
  }

  /**
   * What is added to products with a matrix or a stack of them.
   *
   * @param name that adapters have for it: of a part of a fused tensor its own, or the tensor's
   * @param view what it is a part of; null for none
   * @throws GgufException if a shape does not fit
   */
  public List<Adapter> of(Tensor weight, String name, View view, Room room) {
    List<Adapter> found = new ArrayList<>();
    for (Entry entry : entries) {
      LoraAdapter.Pair own = entry.adapter().pairs().get(name);
      long rows = weight.shape().ne1();
      LoraAdapter.Pair whole = view == null ? null : entry.adapter().pairs().get(view.of());
      if (whole != null && (!view.shared() || whole.b().shape().ne1() != rows)) {
        use(entry, view.of(), weight.shape(), view.all(), whole);
        Tensor part = cut(whole.b(), view.first(), rows);
        note(entry, weight, name, view, whole.a(), part);
        found.add(adapter(entry, whole.a(), part, room));
        own = whole == own ? null : own;
      }
      if (own != null) {
        use(entry, name, weight.shape(), rows, own);
        note(entry, weight, name, view, own.a(), own.b());
        found.add(adapter(entry, own.a(), own.b(), room));
      }
    }
    return found;
  }

  /**
   * What is added to rows of a table.
   *
   * @throws GgufException if a shape does not fit
   */
  public List<Adapter> ofTable(Tensor table, Room room) {
    List<Adapter> found = new ArrayList<>();
    for (Entry entry : entries) {
      LoraAdapter.Pair own = entry.adapter().pairs().get(table.name());
      if (own != null) {
        Shape s = table.shape();
        requireShape(entry, own.a(), Shape.of(own.rank(), s.ne1()));
        requireShape(entry, own.b(), Shape.of(own.rank(), s.ne0()));
        entry.used().add(table.name());
        note(
            entry,
            new Addition(table.name(), 0, s.ne1(), true, own.a(), own.b(), scale(entry, own.b())));
        found.add(adapter(entry, own.a(), own.b(), room));
      }
    }
    return found;
  }

  private void note(Entry entry, Tensor weight, String name, View view, Tensor a, Tensor b) {
    boolean within = view != null && weight.name().equals(view.of());
    note(
        entry,
        new Addition(
            within ? view.of() : name,
            within ? view.first() : 0,
            b.shape().ne1(),
            false,
            a,
            b,
            scale(entry, b)));
  }

  /** Weights that are wired twice are one. */
  private void note(Entry entry, Addition addition) {
    String key = entries.indexOf(entry) + " " + addition.tensor() + " " + addition.first();
    additions.putIfAbsent(key + " " + addition.b().name(), addition);
  }

  private static double scale(Entry entry, Tensor b) {
    double user = entry.scale().value();
    float alpha = entry.adapter().alpha();
    return alpha == 0 ? user : user * alpha / b.shape().ne0();
  }

  /** All that was asked for, in the order in which it was. */
  public List<Addition> additions() {
    return List.copyOf(additions.values());
  }

  private static void use(
      Entry entry, String name, Shape weight, long rows, LoraAdapter.Pair pair) {
    long count = weight.ne2();
    requireShape(entry, pair.a(), shape(weight.ne0(), pair.rank(), count));
    requireShape(entry, pair.b(), shape(pair.rank(), rows, count));
    entry.used().add(name);
  }

  private static Shape shape(long ne0, long ne1, long count) {
    return count == 1 ? Shape.of(ne0, ne1) : Shape.of(ne0, ne1, count);
  }

  private static void requireShape(Entry entry, Tensor tensor, Shape expected) {
    if (!tensor.shape().equals(expected)) {
      throw entry
          .adapter()
          .fault(tensor, "shape " + expected + ", as the model has it", "" + tensor.shape());
    }
  }

  private static Tensor cut(Tensor b, long first, long rows) {
    return new Tensor(
        b.name(),
        b.type(),
        Shape.of(b.shape().ne0(), rows),
        b.data().asSlice(first * b.rowBytes(), rows * b.rowBytes()));
  }

  private static Adapter adapter(Entry entry, Tensor a, Tensor b, Room room) {
    float alpha = entry.adapter().alpha();
    return new Adapter(room.upload(a), room.upload(b), alpha, entry.scale());
  }

  /**
   * Refuses adapters of what is not there, or of what nothing can be added to.
   *
   * @param model its tensors
   * @param idle those that the model does not run
   * @throws GgufException naming the first
   */
  public void requireUsed(Map<String, Tensor> model, Predicate<String> idle) {
    for (Entry entry : entries) {
      entry
          .adapter()
          .pairs()
          .forEach(
              (name, pair) -> {
                if (!entry.used().contains(name) && !idle.test(name)) {
                  boolean known = model.containsKey(name);
                  throw entry
                      .adapter()
                      .fault(
                          pair.a(),
                          known
                              ? "a matrix that rows are multiplied with, or a table of tokens"
                              : "a tensor of the model",
                          known
                              ? name + ", to which an adapter cannot be added"
                              : "no tensor " + name + " in the model");
                }
              });
    }
  }
}
