package dev.jora.serve.text;

import dev.jora.chat.ChatFormat;
import dev.jora.chat.ReplyGrammar;
import dev.jora.grammar.CompiledGrammar;
import dev.jora.grammar.FreeText;
import dev.jora.grammar.Grammar;
import dev.jora.grammar.GrammarException;
import dev.jora.grammar.GrammarState;
import dev.jora.grammar.schema.JsonSchema;
import dev.jora.grammar.schema.SchemaException;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.model.ServedModel;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Holds texts to the grammar or the JSON schema of a request. */
public final class Grammars {
  /** Objects have the properties that are named, as with llama.cpp and in {@code jora run}. */
  private static final JsonSchema.Reading CLOSED = new JsonSchema.Reading(false, true);

  private Grammars() {}

  /**
   * The grammar that a text is held to; null for none.
   *
   * @throws HttpFault if it is none
   */
  public static Grammar of(TextSettings settings) {
    if (settings.schema() != null) {
      return schema(settings);
    }
    if (settings.grammar().isEmpty()) {
      return null;
    }
    try {
      Grammar whole = Grammar.parse(settings.grammar());
      List<String> triggers = settings.triggers();
      return triggers.isEmpty()
          ? whole
          : Grammar.parse(
              "root ::= free\n" + FreeText.without("free", triggers, "grammar"),
              Map.of("grammar", whole));
    } catch (GrammarException e) {
      throw new HttpFault(HttpFault.Kind.INVALID, e.getMessage(), e).with("param", "grammar");
    }
  }

  private static Grammar schema(TextSettings settings) {
    try {
      return Grammar.parse(JsonSchema.rules("root", settings.schema(), CLOSED));
    } catch (SchemaException e) {
      throw new HttpFault(HttpFault.Kind.INVALID, "JSON schema: " + e.getMessage(), e)
          .with("param", "json_schema");
    } catch (GrammarException e) {
      throw unusable(e);
    }
  }

  /** All that a grammar is made of. */
  private record Key(String kind, String grammar, List<String> triggers, Object more) {
    static Key of(String kind, TextSettings settings, Object more) {
      boolean schema = settings.schema() != null;
      String text = schema ? settings.schema().toString() : settings.grammar();
      return new Key(kind + (schema ? " schema" : " grammar"), text, settings.triggers(), more);
    }
  }

  /** The state that a text begins with; null for none. */
  public static GrammarState start(TextSettings settings, ServedModel model) {
    if (!settings.isHeld()) {
      return null;
    }
    Key key = Key.of("text", settings, settings.special());
    try {
      return model.kept(key, CompiledGrammar.class, () -> compiled(settings, model)).start();
    } catch (GrammarException e) {
      throw unusable(e);
    }
  }

  private static CompiledGrammar compiled(TextSettings settings, ServedModel model) {
    BitSet shown = model.tokenizer().vocab().hiddenPartsOf(settings.triggers());
    if (settings.special()) {
      shown.or(model.tokenizer().vocab().hidden());
    }
    return model.compile(of(settings), shown);
  }

  /** What holds replies to it; null for none. */
  public static ReplyGrammar replies(TextSettings settings, ServedModel model) {
    if (!settings.isHeld()) {
      return null;
    }
    Key key = Key.of("reply", settings, settings.special());
    return model.kept(key, ReplyGrammar.class, () -> reply(settings, model));
  }

  private static ReplyGrammar reply(TextSettings settings, ServedModel model) {
    BitSet triggers = model.tokenizer().vocab().hiddenPartsOf(settings.triggers());
    return new ReplyGrammar(
        of(settings),
        (reply, shown) -> {
          BitSet texts = (BitSet) triggers.clone();
          texts.or(shown);
          return model.compile(reply, texts);
        });
  }

  /**
   * What holds replies to calls of tools.
   *
   * @param format that offers them
   */
  public static ReplyGrammar calls(ChatFormat format, ServedModel model) {
    Key key = new Key("calls", "", List.of(), List.of(format.tools(), format.variables()));
    return model.kept(key, ReplyGrammar.class, () -> ReplyGrammar.calling(format, model::compile));
  }

  /** What is said of a grammar that cannot be used. */
  public static HttpFault unusable(GrammarException e) {
    return new HttpFault(HttpFault.Kind.INVALID, e.getMessage(), e).with("param", "grammar");
  }
}
