package dev.jora.convert.packed;

import dev.jora.convert.source.SourceTensor;
import java.util.Set;

/**
 * A packed weight.
 *
 * @param tensor what it is unpacked
 * @param parts names of the tensors that it is made of
 */
record PackedWeight(SourceTensor tensor, Set<String> parts) {}
