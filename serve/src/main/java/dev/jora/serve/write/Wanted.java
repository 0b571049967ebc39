package dev.jora.serve.write;

import dev.jora.chat.Chat;
import dev.jora.chat.ChatFormat;
import dev.jora.chat.Message;
import dev.jora.chat.PreparedAnswer;
import dev.jora.chat.ReplyGrammar;
import dev.jora.engine.Generator;
import dev.jora.grammar.GrammarState;
import dev.jora.sampling.SamplerChain;
import dev.jora.sampling.SamplingParams;
import dev.jora.serve.model.ServedModel;
import dev.jora.serve.schedule.Job;
import dev.jora.serve.text.Grammars;
import dev.jora.serve.text.TextSettings;
import java.util.List;
import java.util.function.IntPredicate;

/** A text that a request wants. */
public sealed interface Wanted {
  /** How it is to be written. */
  TextSettings settings();

  /** The text behind a prompt. */
  record Continuation(int[] prompt, TextSettings settings) implements Wanted {}

  /**
   * The answer in a conversation.
   *
   * @param grammar what holds it, or null
   * @param budget the most tokens to think; −1 for no limit
   */
  record Answer(
      ChatFormat format,
      List<Message> messages,
      ReplyGrammar grammar,
      int budget,
      TextSettings settings)
      implements Wanted {
    private Chat.Options chatOptions() {
      return new Chat.Options(
          settings.maxTokens(),
          settings.stops(),
          settings.special(),
          budget,
          settings.banned(),
          grammar);
    }
  }

  /**
   * The job that it is.
   *
   * @param index of the text in its request
   * @param copy of the same prompt, from 0: each has a seed of its own
   */
  default Job job(int index, int copy, ServedModel model, Mailbox box) {
    SamplerChain sampler = model.sampler(seeded(settings().sampling(), copy));
    DrawnTokens tokens = new DrawnTokens(settings(), sampler, model.tokenizer());
    return switch (this) {
      case Continuation text -> {
        GrammarState state = Grammars.start(settings(), model);
        if (state != null) {
          sampler.hold(state);
        }
        yield new Job(
            text.prompt,
            sampler,
            options(settings()),
            negative(model),
            settings().reuse(),
            new TextFollower(index, box, settings(), tokens));
      }
      case Answer answer -> {
        AnswerFollower follower = new AnswerFollower(index, box, settings());
        PreparedAnswer prepared =
            PreparedAnswer.of(
                answer.format,
                model.tokenizer(),
                answer.messages,
                answer.chatOptions(),
                follower.ears());
        follower.follow(prepared, tokens);
        prepared.hold(sampler);
        yield new Job(
            prepared.prompt(),
            sampler,
            prepared.options(),
            negative(model),
            settings().reuse(),
            follower);
      }
    };
  }

  private static SamplingParams seeded(SamplingParams params, int copy) {
    return params.seed() == -1 ? params : params.toBuilder().seed(params.seed() + copy).build();
  }

  private static Generator.Options options(TextSettings settings) {
    boolean special = settings.special();
    IntPredicate shown = id -> special;
    return new Generator.Options(
        settings.maxTokens(), settings.stops(), shown, -1, settings.banned());
  }

  private Job.Negative negative(ServedModel model) {
    TextSettings s = settings();
    if (s.cfgScale() == 1) {
      return null;
    }
    int[] ids =
        s.negativePrompt().isEmpty()
            ? new int[0]
            : model.tokenizer().encode(s.negativePrompt(), true, true);
    return new Job.Negative(s.cfgScale(), ids);
  }
}
