package dev.jora.quantize.recipe;

/** What a tensor is for, by its name; the columns of the table of mixtures. */
public enum TensorRole {
  OUTPUT(),
  TOKEN_EMBD(),
  ATTN_QKV("attn_qkv.weight"),
  ATTN_KV_B("attn_kv_b.weight"),
  ATTN_V("attn_v.weight"),
  ATTN_K("attn_k.weight"),
  ATTN_Q("attn_q.weight"),
  ATTN_OUTPUT("attn_output.weight"),
  /** With {@code ffn_up_exps} and {@code ffn_up_shexp}, as the next two. */
  FFN_UP("ffn_up"),
  FFN_GATE("ffn_gate"),
  FFN_DOWN("ffn_down"),
  /** Everything else: gets the default type of the recipe. */
  OTHER();

  static final String OUTPUT_NAME = "output.weight";
  static final String TOKEN_EMBD_NAME = "token_embd.weight";
  static final String PER_LAYER_NAME = "per_layer_token_embd.weight";

  private final String part;

  TensorRole() {
    this.part = null;
  }

  TensorRole(String part) {
    this.part = part;
  }

  /** The role of a tensor with this name. */
  public static TensorRole of(String name) {
    switch (name) {
      case OUTPUT_NAME -> {
        return OUTPUT;
      }
      case TOKEN_EMBD_NAME, PER_LAYER_NAME -> {
        return TOKEN_EMBD;
      }
      default -> {
        for (TensorRole role : values()) {
          if (role.part != null && name.contains(role.part)) {
            return role;
          }
        }
        return OTHER;
      }
    }
  }

  /** True for values, also where they are fused with queries and keys: all are counted together. */
  boolean isValue() {
    return this == ATTN_V || this == ATTN_QKV || this == ATTN_KV_B;
  }

  boolean isFeedForward() {
    return this == FFN_UP || this == FFN_GATE || this == FFN_DOWN;
  }
}
