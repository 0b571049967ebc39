package dev.jora.convert;

import dev.jora.convert.source.SourceException;
import dev.jora.convert.source.SourceTensor;
import dev.jora.convert.source.Values;
import dev.jora.convert.source.Weights;
import dev.jora.model.checkpoint.Change;
import dev.jora.model.checkpoint.Checkpoint;
import dev.jora.model.checkpoint.TensorRule;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which tensors of a checkpoint become which of the model file, in its order. */
final class TensorPlan {
  /** Buffers that were saved with the weights and are computed anew. */
  private static final Pattern BUFFER =
      Pattern.compile(
          ".*(\\.attention\\.masked_bias|\\.attention\\.bias|\\.rotary_emb\\.inv_freq)");

  /** Parts that see, hear and adapt; the model file has the part that reads and writes. */
  private static final Pattern OTHER_SENSES =
      Pattern.compile(
          "(mlp|vit\\.|vpm\\.|siglip2\\.|conformer\\.|encoder\\.|(model\\.)?merger\\.|resampler\\.|sound_"
              + "|speech_embeddings).*"
              + "|.*(visual\\.|vision[._]|audio[._]|talker\\.|sam_model|token2wav\\.|code2wav\\."
              + "|projector\\.|pre_mm_projector_norm|image_newline|view_seperator|patch_embed"
              + "|patch_merger\\.|model\\.connector\\.|embed_vision|embed_audio"
              + "|aligner\\.|vqmodel\\.|generation_(embeddings|head)).*|.*\\.lora_[AB]");

  /** Layers that guess ahead, in families that count them for themselves. */
  private static final String AHEAD = "mtp.";

  private static final Pattern AHEAD_LAYER = Pattern.compile("layers\\.(\\d{1,6})\\.(.*)");
  private static final Map<String, String> AHEAD_NAMES =
      Map.of(
          "fc", "eh_proj",
          "pre_fc_norm_embedding", "enorm",
          "pre_fc_norm_hidden", "hnorm",
          "norm", "shared_head.norm");

  private final Checkpoint checkpoint;
  private final Map<String, List<TensorRule>> rules = new HashMap<>();
  private final Map<String, TargetTensor> targets = new LinkedHashMap<>();
  private final List<TargetTensor> order = new ArrayList<>();
  private final Map<String, SortedMap<Integer, SourceTensor>> scalars = new LinkedHashMap<>();
  private int others;

  private TensorPlan(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    for (TensorRule rule : checkpoint.rules()) {
      rules.computeIfAbsent(rule.source(), _ -> new ArrayList<>()).add(rule);
    }
  }

  /**
   * Plans the tensors.
   *
   * @throws SourceException if the checkpoint has a tensor that its architecture does not know, or
   *     lacks an expert
   */
  static TensorPlan of(Checkpoint checkpoint, Weights weights) {
    TensorPlan plan = new TensorPlan(checkpoint);
    weights.tensors().values().forEach(plan::take);
    for (TargetTensor target : plan.targets.values()) {
      if (!target.isComplete()) {
        throw new SourceException(
            "%s: number %d of the %d tensors that it is made of is missing in the checkpoint"
                .formatted(target.name(), target.missing(), target.parts().size()));
      }
    }
    return plan;
  }

  /** Tensors in the order of the file. */
  List<TargetTensor> tensors() {
    return List.copyOf(order);
  }

  /** A scalar of a layer that becomes a part of a key. */
  float scalar(String source, int layer) {
    SourceTensor tensor = scalars.getOrDefault(source, new TreeMap<>()).get(layer);
    if (tensor == null || tensor.elements() != 1) {
      throw new SourceException(
          "%s: expected one number, found %s"
              .formatted(
                  source.replace("*", Integer.toString(layer)),
                  tensor == null ? "no such tensor" : tensor.elements() + " numbers"));
    }
    try (Arena arena = Arena.ofConfined()) {
      return Values.floats(tensor, arena).get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0);
    }
  }

  /** Tensors of the checkpoint that belong to parts which see or hear. */
  int others() {
    return others;
  }

  private void take(SourceTensor source) {
    SourceName name = known(source);
    if (BUFFER.matcher(source.name()).matches() || isDropped(name)) {
      return;
    }
    if (name.whole().startsWith(AHEAD) || name.layer() >= checkpoint.layers() && isLayers(name)) {
      others++; // layers that guess ahead, where none are kept
      return;
    }
    if (checkpoint.scalars().containsKey(name.whole())) {
      scalars.computeIfAbsent(name.whole(), _ -> new TreeMap<>()).put(name.layer(), source);
      return;
    }
    List<TensorRule> own = rules(name);
    if (own == null) {
      if (OTHER_SENSES.matcher(source.name()).matches()) {
        others++;
        return;
      }
      throw new SourceException(
          "tensor %s: no %s model has one of this name"
              .formatted(source.name(), checkpoint.architecture()));
    }
    for (TensorRule rule : own) {
      take(source, name, rule);
    }
    emit(name, own);
  }

  private boolean isLayers(SourceName name) {
    List<TensorRule> own = rules(name);
    return name.whole().startsWith(Checkpoint.LAYER)
        || own != null && own.getFirst().target().startsWith("blk.*.");
  }

  /** True if some tensor is of a layer that guesses ahead. */
  static boolean guessesAhead(Checkpoint checkpoint, Weights weights) {
    int trunk = checkpoint.layers() - checkpoint.ahead();
    return weights.tensors().values().stream()
        .map(source -> name(checkpoint, source))
        .anyMatch(name -> name.layer() >= trunk && name.whole().startsWith(Checkpoint.LAYER));
  }

  /** Its name, where layers that guess ahead are counted on from the others. */
  private static SourceName name(Checkpoint checkpoint, SourceTensor source) {
    SourceName name = SourceName.of(source.name());
    if (checkpoint.ahead() == 0 || !name.whole().startsWith(AHEAD)) {
      return name;
    }
    int first = checkpoint.layers() - checkpoint.ahead();
    String rest = source.name().substring(source.name().indexOf(AHEAD) + AHEAD.length());
    Matcher layer = AHEAD_LAYER.matcher(rest);
    if (layer.matches()) {
      long number = first + Long.parseLong(layer.group(1));
      return SourceName.of("model.layers." + number + '.' + layer.group(2));
    }
    for (Map.Entry<String, String> each : AHEAD_NAMES.entrySet()) {
      if (rest.startsWith(each.getKey() + '.')) {
        String ending = rest.substring(each.getKey().length());
        return SourceName.of("model.layers." + first + '.' + each.getValue() + ending);
      }
    }
    return name;
  }

  private List<TensorRule> rules(SourceName name) {
    return rules.getOrDefault(name.whole(), rules.get(name.base()));
  }

  /**
   * Base models, without a head, have no {@code model.} before their names; parts of others may
   * lack it too.
   */
  private SourceName known(SourceTensor source) {
    SourceName name = name(checkpoint, source);
    if (isKnown(name)) {
      return name;
    }
    SourceName behind = name.behind("model.");
    if (rules(behind) != null) {
      return behind;
    }
    SourceName within = SourceName.of("model." + source.name());
    return isKnown(within) ? within : name;
  }

  private boolean isKnown(SourceName name) {
    return rules(name) != null || isDropped(name);
  }

  private boolean isDropped(SourceName name) {
    return checkpoint.dropped().contains(name.whole())
        || checkpoint.dropped().contains(name.base());
  }

  private void take(SourceTensor source, SourceName name, TensorRule rule) {
    String target = target(rule, name);
    TargetTensor tensor =
        targets.computeIfAbsent(target, _ -> new TargetTensor(target, rule.stacked()));
    int index = rule.stacked() > 0 ? name.expert() : 0;
    List<Change> changes =
        rule.changes().stream().filter(change -> applies(change, source, name)).toList();
    if (!tensor.set(index, new TargetTensor.Part(source, changes))) {
      throw new SourceException(
          rule.stacked() > 0
              ? "tensor %s: the model has %d of them".formatted(source.name(), rule.stacked())
              : "tensor %s: %s is made of another tensor already".formatted(source.name(), target));
    }
  }

  /** Biases lack nothing, and blocks lie by rows already. */
  private static boolean applies(Change change, SourceTensor source, SourceName name) {
    return switch (change) {
      case Change.Add _ -> !name.ending().equals(".bias");
      case Change.Transpose _, Change.Upright _ ->
          source.type().ggml().map(type -> type.blockSize()).orElse(1) == 1;
      default -> true;
    };
  }

  private static String target(TensorRule rule, SourceName name) {
    String target = rule.target();
    boolean ended = target.endsWith(".weight") || target.endsWith(".bias");
    boolean whole = rule.source().equals(name.whole());
    return target.replace("*", Integer.toString(name.layer()))
        + (ended || whole && name.ending().isEmpty() ? "" : name.ending());
  }

  /** What is complete with this source takes its place in the file. */
  private void emit(SourceName name, List<TensorRule> own) {
    for (TensorRule rule : own) {
      List<TensorRule> together =
          rule.group().isEmpty()
              ? List.of(rule)
              : checkpoint.rules().stream().filter(r -> r.group().equals(rule.group())).toList();
      List<TargetTensor> tensors = new ArrayList<>();
      for (TensorRule each : together) {
        TargetTensor tensor = targets.get(target(each, name));
        if (tensor == null || !tensor.isComplete()) {
          return;
        }
        if (!tensors.contains(tensor)) {
          tensors.add(tensor);
        }
      }
      tensors.stream().filter(tensor -> !order.contains(tensor)).forEach(order::add);
    }
  }
}
