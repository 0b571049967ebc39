package dev.jora.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The table of samplers. */
public final class Samplers {
  /** What a sampler is made from. */
  record Context(SamplingParams params, int seed, TokenTexts vocabulary) {}

  private interface Factory {
    /** The sampler, or null where its parameters turn it off. */
    Sampler make(Context c);
  }

  /**
   * A row.
   *
   * @param name as {@code --samplers} takes it
   * @param letter as {@code --sampling-seq} takes it
   * @param aliases other names
   */
  private record Row(String name, char letter, List<String> aliases, Factory factory) {}

  private static final List<Row> TABLE =
      List.of(
          new Row("penalties", 'e', List.of(), Samplers::penalties),
          new Row("dry", 'd', List.of(), Samplers::dry),
          new Row("top_n_sigma", 's', List.of("topnsigma"), Samplers::topNSigma),
          new Row("top_k", 'k', List.of("topk"), Samplers::topK),
          new Row("typ_p", 'y', List.of("typical", "typ", "typp", "typical_p"), Samplers::typicalP),
          new Row("top_p", 'p', List.of("topp", "nucleus"), Samplers::topP),
          new Row("min_p", 'm', List.of("minp"), Samplers::minP),
          new Row("top_a", 'A', List.of("topa"), Samplers::topA),
          new Row("xtc", 'x', List.of(), Samplers::xtc),
          new Row("temperature", 't', List.of("temp"), Samplers::temperature),
          new Row("adaptive_p", 'a', List.of("adaptivep"), Samplers::endOfChain));

  private Samplers() {}

  /** Names for {@code --samplers}. */
  public static List<String> names() {
    return TABLE.stream().map(Row::name).toList();
  }

  /** {@code a;b;c} as names of the table. */
  public static List<String> parseNames(String list) {
    List<String> names = new ArrayList<>();
    for (String name : list.split("[;,]")) {
      if (!name.isBlank()) {
        names.add(canonical(name.strip()));
      }
    }
    return names;
  }

  /** Letters as names of the table. */
  public static List<String> parseLetters(String letters) {
    return letters.chars().mapToObj(c -> row((char) c).name()).toList();
  }

  static Sampler make(String name, Context context) {
    return row(name).factory().make(context);
  }

  /** The name in the table of a name or alias. */
  static String canonical(String name) {
    return row(name).name();
  }

  private static Row row(String name) {
    String plain = name.replace('-', '_');
    return TABLE.stream()
        .filter(row -> row.name().equals(plain) || row.aliases().contains(plain))
        .findFirst()
        .orElseThrow(() -> unknown("sampler '" + name + "'"));
  }

  private static Row row(char letter) {
    return TABLE.stream()
        .filter(row -> row.letter() == letter)
        .findFirst()
        .orElseThrow(() -> unknown("sampler letter '" + letter + "'"));
  }

  private static IllegalArgumentException unknown(String what) {
    String known =
        TABLE.stream()
            .map(row -> row.name() + " (" + row.letter() + ")")
            .collect(Collectors.joining(", "));
    return new IllegalArgumentException("unknown " + what + "; there are " + known);
  }

  private static Sampler penalties(Context c) {
    Penalties.Params p = c.params().penalties();
    return p.isOff() ? null : new Penalties(p);
  }

  private static Sampler dry(Context c) {
    Dry.Params p = c.params().dry();
    return p.isOff() ? null : new Dry(p, c.vocabulary());
  }

  private static Sampler topNSigma(Context c) {
    float n = c.params().topNSigma();
    return n <= 0 ? null : new TopNSigma(n);
  }

  private static Sampler topK(Context c) {
    int k = c.params().topK();
    return k <= 0 ? null : new TopK(k);
  }

  private static Sampler typicalP(Context c) {
    float p = c.params().typicalP();
    return p >= 1 ? null : new TypicalP(p, c.params().minKeep());
  }

  private static Sampler topP(Context c) {
    float p = c.params().topP();
    return p >= 1 ? null : new TopP(p, c.params().minKeep());
  }

  private static Sampler minP(Context c) {
    float p = c.params().minP();
    return p <= 0 ? null : new MinP(p, c.params().minKeep());
  }

  private static Sampler topA(Context c) {
    float a = c.params().topA();
    return a <= 0 ? null : new TopA(a, c.params().minKeep());
  }

  private static Sampler xtc(Context c) {
    Xtc.Params p = c.params().xtc();
    return p.isOff() ? null : new Xtc(p, c.params().minKeep(), c.seed());
  }

  private static Sampler temperature(Context c) {
    Temperature.Params t = c.params().temperature();
    return t.isOff() ? null : new Temperature(t);
  }

  /** Adaptive p draws: wherever it is named, it stands last, as {@link #drawer}. */
  private static Sampler endOfChain(Context c) {
    return null;
  }

  /** The samplers of a chain, those that are turned off left out. */
  static List<Sampler> chain(Context context) {
    SamplingParams params = context.params();
    if (!params.mirostat().isOff()) {
      return List.of(new Temperature(new Temperature.Params(params.temperature().value(), 0, 1)));
    }
    List<Sampler> chain = new ArrayList<>();
    for (String name : params.samplers()) {
      Sampler sampler = make(name, context);
      if (sampler != null) {
        chain.add(sampler);
      }
    }
    return chain;
  }

  /** What ends the chain. */
  static Drawer drawer(Context context) {
    SamplingParams params = context.params();
    if (!params.mirostat().isOff()) {
      return new Mirostat(params.mirostat(), context.vocabulary().size(), context.seed());
    }
    return params.adaptiveP().isOff()
        ? new Distribution(context.seed())
        : new AdaptiveP(params.adaptiveP(), context.seed());
  }
}
