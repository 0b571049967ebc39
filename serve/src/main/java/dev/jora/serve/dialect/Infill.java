package dev.jora.serve.dialect;

import dev.jora.gguf.GgufMetadata;
import dev.jora.serve.http.HttpFault;
import dev.jora.serve.json.Fields;
import dev.jora.serve.json.Fields.Field;
import dev.jora.serve.model.ServedModel;
import dev.jora.tokenizer.Tokenizer;
import dev.jora.tokenizer.Vocab;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Prompts for what stands between two texts, with the tokens that a model was taught for it.
 *
 * @param prefix the token before what stands before
 * @param suffix that before what stands behind
 * @param middle that before what is to be written
 * @param repo that before the name of a project; −1 for none
 * @param file that before the name of a file; −1 for none
 */
record Infill(Tokenizer tokenizer, int prefix, int suffix, int middle, int repo, int file) {
  private static final String KEY = "tokenizer.ggml.%s_token_id";

  /**
   * Of a model.
   *
   * @throws HttpFault if it was not taught that
   */
  static Infill of(ServedModel model) {
    int prefix = id(model, "fim_pre", "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<PRE>");
    int suffix = id(model, "fim_suf", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<SUF>");
    int middle = id(model, "fim_mid", "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<MID>");
    if (prefix < 0 || suffix < 0 || middle < 0) {
      throw HttpFault.unsupported("Infill is not supported by this model: it has no tokens for it");
    }
    int repo = id(model, "fim_rep", "<|repo_name|>", "<fim-repo>", "<reponame>");
    int file = id(model, "fim_sep", "<|file_sep|>", "<filename>");
    return new Infill(model.tokenizer(), prefix, suffix, middle, repo, file);
  }

  private static int id(ServedModel model, String key, String... texts) {
    GgufMetadata metadata = model.model().metadata();
    Vocab vocab = model.tokenizer().vocab();
    int given = metadata.integer(String.format(KEY, key), -1);
    if (given >= 0 && given < vocab.size()) {
      return given;
    }
    for (String text : texts) {
      int found = vocab.find(text);
      if (found >= 0 && vocab.isHidden(found)) {
        return found;
      }
    }
    return -1;
  }

  /**
   * The prompt of a request's {@code input_prefix}, {@code input_suffix}, {@code input_extra} and
   * {@code prompt}. Of what does not fit the far ends are left out.
   */
  int[] prompt(Fields fields, int context) {
    int[] before = encoded(fields.text("input_prefix", "") + fields.text("prompt", ""));
    int[] behind = encoded(fields.text("input_suffix", ""));
    int room = Math.max(8, context * 3 / 4);
    int ahead = Math.min(before.length, room - Math.min(behind.length, room / 4));
    int after = Math.min(behind.length, room - ahead);
    int[] shown = IntStream.of(before).skip(before.length - ahead).toArray();
    int[] rest = IntStream.of(behind).limit(after).toArray();
    IntStream.Builder ids = IntStream.builder();
    extra(fields).forEach(ids::add);
    if (tokenizer.addsBos() && tokenizer.vocab().bos() >= 0) {
      ids.add(tokenizer.vocab().bos());
    }
    ids.add(prefix);
    IntStream.of(shown).forEach(ids::add);
    ids.add(suffix);
    IntStream.of(rest).forEach(ids::add);
    ids.add(middle);
    return ids.build().toArray();
  }

  private IntStream extra(Fields fields) {
    List<Field> files = fields.find("input_extra").map(Field::list).orElse(List.of());
    if (files.isEmpty()) {
      return IntStream.empty();
    }
    IntStream.Builder ids = IntStream.builder();
    if (repo >= 0) {
      ids.add(repo);
      IntStream.of(encoded("myproject\n")).forEach(ids::add);
    }
    for (Field each : files) {
      Fields one = each.object();
      if (file >= 0) {
        ids.add(file);
        IntStream.of(encoded(one.text("filename", "tmp") + "\n")).forEach(ids::add);
      }
      IntStream.of(encoded(one.text("text", "") + "\n")).forEach(ids::add);
    }
    return ids.build();
  }

  private int[] encoded(String text) {
    return tokenizer.encode(text, false, false);
  }
}
