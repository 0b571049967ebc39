package dev.jora.serve.model;

import dev.jora.chat.ChatException;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.ChatTemplates;
import dev.jora.engine.Embedder;
import dev.jora.engine.LoadedModel;
import dev.jora.engine.RankPrompt;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.Grammar;
import dev.jora.model.Model;
import dev.jora.model.Pooling;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.serve.schedule.Scheduler;
import dev.jora.serve.schedule.Settings;
import dev.jora.template.Template;
import dev.jora.template.TemplateException;
import dev.jora.tokenizer.Tokenizer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A model and all that serving it needs. Any number of threads may use it. */
public final class ServedModel implements AutoCloseable {
  private static final int KEPT_FORMATS = 16;
  private static final int KEPT_GRAMMARS = 64;

  private final LoadedModel loaded;
  private final Offer offer;
  private final Scheduler scheduler;
  private final Instant since = Instant.now();
  private final Template template; // null: the model has none
  private final RuntimeException noTemplate; // why not
  private final Map<Map<String, Object>, ChatFormat> formats = keeping(KEPT_FORMATS);
  private final Map<Object, Object> grammars = keeping(KEPT_GRAMMARS);
  private Embedder embedder; // the engine's thread's own

  /** A map of the last few that were used. */
  private static <K, V> Map<K, V> keeping(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /**
   * Serves a model, which is this one's to close.
   *
   * @throws ChatException if the offer asks for a template that is none
   */
  public ServedModel(LoadedModel loaded, Offer offer, Settings settings) {
    this.loaded = loaded;
    this.offer = offer;
    Template found = null;
    RuntimeException why = null;
    try {
      found = template(loaded.model(), offer.template());
    } catch (ChatException | TemplateException e) {
      if (offer.template() != null) {
        throw e;
      }
      why = e;
    }
    this.template = found;
    this.noTemplate = why;
    this.scheduler = new Scheduler(loaded.decoder(), loaded.tokenizer(), settings);
  }

  private static Template template(Model model, String asked) {
    return asked == null
        ? ChatTemplates.of(model.metadata(), false)
        : ChatTemplates.named(asked, model.metadata());
  }

  /** What its owner says of it. */
  public Offer offer() {
    return offer;
  }

  /** The name that answers carry. */
  public String name() {
    return offer.names().getFirst();
  }

  /** When it was opened. */
  public Instant since() {
    return since;
  }

  /** The model. */
  public Model model() {
    return loaded.model();
  }

  /** Its tokenizer. */
  public Tokenizer tokenizer() {
    return loaded.tokenizer();
  }

  /** Who runs its texts. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** The most tokens of a text, its prompt included. */
  public int contextSize() {
    return scheduler.contextSize();
  }

  /** The text of the chat template; empty if there is none. */
  public String templateText() {
    return template == null ? "" : template.text();
  }

  /** The format of conversations. */
  public ChatFormat format() {
    return format(Map.of());
  }

  /**
   * Likewise.
   *
   * @param variables more of the template
   * @throws ChatException if the model has no template
   */
  public ChatFormat format(Map<String, Object> variables) {
    if (template == null) {
      throw noTemplate;
    }
    Map<String, Object> all = new LinkedHashMap<>(offer.variables());
    all.putAll(variables);
    synchronized (formats) {
      return formats.computeIfAbsent(
          all, v -> new ChatFormat(template, tokenizer(), v, LocalDateTime::now));
    }
  }

  /** A sampler chain over the vocabulary. */
  public SamplerChain sampler(SamplingParams params) {
    return loaded.sampler(params);
  }

  /**
   * A grammar over the vocabulary.
   *
   * @param shown ids of control tokens that are text
   */
  public CompiledGrammar compile(Grammar grammar, BitSet shown) {
    synchronized (grammars) { // the model's own table of vocabularies is for one thread
      return loaded.compile(grammar, shown);
    }
  }

  /**
   * What was made before of the same, if that is not too long ago: grammars get quicker as they are
   * used.
   *
   * @param key all that it is made of
   * @param type of what is made
   */
  public <T> T kept(Object key, Class<T> type, Supplier<T> made) {
    synchronized (grammars) {
      Object known = grammars.get(key);
      if (type.isInstance(known)) {
        return type.cast(known);
      }
    }
    T fresh = made.get();
    synchronized (grammars) {
      grammars.put(key, fresh);
    }
    return fresh;
  }

  /**
   * Vectors of texts, not normalised, or scores.
   *
   * @param pooling null for the file's
   */
  public List<float[]> vectors(List<int[]> texts, Pooling pooling) {
    return scheduler.call(
        decoder -> {
          if (embedder == null || pooling != null && embedder.pooling() != pooling) {
            closeEmbedder();
            embedder = new Embedder(loaded, pooling);
          }
          float[][] vectors = new float[texts.size()][];
          embedder.embed(texts, (text, rows) -> vectors[text] = rows[0], () -> false);
          return List.of(vectors);
        });
  }

  /** Puts questions and documents together. */
  public Function<String, Function<String, int[]>> rankPrompts() {
    RankPrompt prompt = new RankPrompt(tokenizer(), model().metadata());
    return query -> document -> prompt.ids(query, document);
  }

  private void closeEmbedder() {
    if (embedder != null) {
      embedder.close();
      embedder = null;
    }
  }

  @Override
  public void close() {
    scheduler.close();
    closeEmbedder();
    loaded.close();
  }
}
