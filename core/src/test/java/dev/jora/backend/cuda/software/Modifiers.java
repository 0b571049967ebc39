package dev.jora.backend.cuda.software;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What may stand behind an instruction's name: an unknown word would change what it means. */
final class Modifiers {
  private static final Set<String> KNOWN =
      Set.of(
          """
          rn rz rm rp rni rzi rmi rpi approx full ftz noftz sat relu NaN lo hi wide
          global shared local param const to nc v2 v4 ca cg cs lu cv wb wt
          volatile weak relaxed acquire release acq_rel sc cta gpu gl sys
          add min max inc dec and or xor exch cas popc
          f4e b4e rc8 ecl ecr rc16 l r wrap clamp shiftamt
          uni sync aligned red warp async commit_group wait_group wait_all
          ballot any all idx up down bfly
          m8n8 x1 x2 x4 trans m16n8k8 m16n8k16 m16n8k32 row col
          L1 L2 no_allocate
          """
              .strip()
              .split("\\s+"));

  /** Advice to caches. */
  private static final Pattern ADVICE = Pattern.compile("\\d+B|evict_\\w+");

  private Modifiers() {}

  /**
   * Sees that all are known.
   *
   * @param parts the name and what stands behind it
   */
  static void check(List<String> parts) {
    for (String part : parts.subList(1, parts.size())) {
      boolean known =
          KNOWN.contains(part)
              || Type.find(part) != null
              || Compare.find(part) != null
              || ADVICE.matcher(part).matches();
      if (!known) {
        throw new PtxException("the software device does not know ." + part);
      }
    }
    if (parts.contains("relu") && !parts.get(0).equals("fma")) {
      throw new PtxException("the software device knows .relu of fma alone");
    }
  }
}
