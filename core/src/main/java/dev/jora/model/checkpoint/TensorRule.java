package dev.jora.model.checkpoint;

import java.util.List;

/**
 * What a tensor of a checkpoint becomes.
 *
 * @param source its name without {@code .weight} or {@code .bias}; {@code *} stands for the number
 *     of a layer, {@code #} for that of an expert
 * @param target the name in the model file, likewise; {@code *} is the same layer. One that ends in
 *     {@code .weight} or {@code .bias} is meant as it stands, others get the ending of the source
 * @param stacked number of sources, counted by {@code #}, that are one tensor there; 0: it is one
 * @param group of targets that stand together in the file, in the order of their rules, where the
 *     last source of all of them was; empty: each where its own last source was
 * @param changes in order
 */
public record TensorRule(
    String source, String target, int stacked, String group, List<Change> changes) {}
