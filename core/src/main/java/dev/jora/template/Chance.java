package dev.jora.template;

import dev.jora.template.Builtin.Bound;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What Jinja leaves to chance. Here it depends on the template alone: a conversation that grows by
 * a turn must keep its beginning, or all of it would have to be read again.
 */
final class Chance {
  private static final List<String> WORDS =
      List.of(
          ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt"
               + " ut labore et dolore magna aliqua enim ad minim veniam quis nostrud exercitation"
               + " ullamco laboris nisi aliquip ex ea commodo consequat duis aute irure in"
               + " reprehenderit voluptate velit esse cillum eu fugiat nulla pariatur excepteur"
               + " sint occaecat cupidatat non proident sunt culpa qui officia deserunt mollit anim"
               + " id est laborum")
              .split(" "));

  private Chance() {}

  /** The filter {@code random}. */
  static Value pick(Env env, Bound a) {
    Value seq = a.get(0);
    int length = env.length(seq);
    if (length == 0) {
      return new Value.Undefined("No random item, sequence was empty.");
    }
    return Access.item(env, seq, Value.of(env.random().nextInt(length)));
  }

  /** The function {@code lipsum}: paragraphs of Latin words. */
  static Value lipsum(Env env, Bound a) {
    boolean html = a.flag(1, true);
    int least = a.count(2, 20);
    int most = a.count(3, 100);
    Text.Builder out = env.builder();
    for (int n = a.count(0, 5), i = 0; i < n; i++) {
      if (least >= most) {
        throw new Fault("empty range for randrange() (" + least + ", " + most + ")");
      }
      out.add(i == 0 ? "" : html ? "\n" : "\n\n").add(html ? "<p>" : "");
      paragraph(env, env.random().nextInt(least, most), out);
      out.add(html ? "</p>" : "");
    }
    return new Value.Str(out.build(), html);
  }

  private static void paragraph(Env env, int words, Text.Builder out) {
    Random random = env.random();
    boolean begins = true;
    int last = -1;
    for (int left = words; left > 0; left--) {
      env.meter().steps(1);
      int next = random.nextInt(WORDS.size() - 1);
      next += next >= last && last >= 0 ? 1 : 0; // never the same twice
      last = next;
      String word = WORDS.get(next);
      String first = word.substring(0, 1);
      out.add(begins ? first.toUpperCase(Locale.ROOT) : first).add(word.substring(1));
      begins = left == 1 || random.nextInt(15) == 0;
      String comma = random.nextInt(6) == 0 ? "," : "";
      out.add(begins ? "." : comma).add(left == 1 ? "" : " ");
    }
    out.add(words <= 0 ? "." : "");
  }
}
