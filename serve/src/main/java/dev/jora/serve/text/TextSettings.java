package dev.jora.serve.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jora.engine.BannedPhrases;
import dev.jora.sampling.SamplingParams;
import java.util.List;

/**
 * How a text is to be written.
 *
 * @param maxTokens the most tokens; −1 for no limit but the context
 * @param stops what ends it
 * @param trimStop false: the stop string is part of the text
 * @param banned what must not come
 * @param grammar GBNF; empty for none
 * @param triggers texts with which the grammar begins; none: it begins at once
 * @param schema a JSON schema; null for none
 * @param probabilities how many tokens are named at each place; 0: none
 * @param afterSampling true: probabilities are those that were drawn from
 * @param reuse true if what others have read may be used
 * @param returnTokens true if a whole answer has its ids
 * @param timingsPerToken true if each piece tells of times
 * @param progress true if the reading of the prompt is told of
 * @param special true: control tokens are shown as text
 * @param cfgScale how far it is led away from the negative prompt; 1: not at all
 * @param negativePrompt what it is led away from
 * @param most milliseconds after the first line; 0 for no limit
 * @param texts how many
 */
public record TextSettings(
    SamplingParams sampling,
    int maxTokens,
    List<String> stops,
    boolean trimStop,
    BannedPhrases banned,
    String grammar,
    List<String> triggers,
    ObjectNode schema,
    int probabilities,
    boolean afterSampling,
    boolean stream,
    boolean reuse,
    boolean returnTokens,
    boolean timingsPerToken,
    boolean progress,
    boolean special,
    float cfgScale,
    String negativePrompt,
    int most,
    int texts) {
  /** True if the text is held to something. */
  public boolean isHeld() {
    return !grammar.isEmpty() || schema != null;
  }

  /** The same with another limit. */
  public TextSettings withMaxTokens(int most) {
    return new TextSettings(
        sampling,
        most,
        stops,
        trimStop,
        banned,
        grammar,
        triggers,
        schema,
        probabilities,
        afterSampling,
        stream,
        reuse,
        returnTokens,
        timingsPerToken,
        progress,
        special,
        cfgScale,
        negativePrompt,
        this.most,
        texts);
  }
}
