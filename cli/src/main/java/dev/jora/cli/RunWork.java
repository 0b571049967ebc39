package dev.jora.cli;

import dev.jora.chat.Chat;
import dev.jora.chat.Reply;
import dev.jora.cli.common.Session;
import dev.jora.engine.Generation;
import dev.jora.engine.Generator;
import dev.jora.engine.Guidance;
import dev.jora.engine.PromptCache;
import dev.jora.model.Decoder;
import dev.jora.sampling.SamplerChain;
import java.util.List;

/**
 * A run at work: a model, and what it reads.
 *
 * @param away what it is led away from; null for nothing
 */
record RunWork(Session session, Decoder decoder, PromptCache cache, RunPrompt read, Guidance away) {
  /** Continues the text. */
  RunText goOn(SamplerChain sampler, Generator.Options options, RunFollower follower) {
    Generation g =
        new Generator(decoder, session.tokenizer())
            .generate(cache, read.ids(), away, sampler, options, follower);
    return new RunText(
        g.ids(), g.text(), null, List.of(), g.stop(), g.stopWord(), g.timings(), g.complete());
  }

  /** Answers the request. */
  RunText answer(SamplerChain sampler, Chat.Options options, RunFollower follower) {
    Reply reply =
        new Chat(decoder, session.tokenizer(), read.format(), cache)
            .answer(read.rendered(), away, sampler, options, follower);
    return new RunText(
        reply.ids(),
        reply.message().content(),
        reply.message().reasoning(),
        reply.message().calls(),
        reply.stop(),
        reply.stopWord(),
        reply.timings(),
        reply.complete());
  }

  /** Logits of the token behind the prompt; null if somebody wants no more. */
  float[] next(RunFollower follower) {
    return new Generator(decoder, session.tokenizer())
        .read(cache.sequence(), cache.prepare(read.ids(), 0), away, follower);
  }
}
