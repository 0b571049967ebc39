package dev.jora.bench;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** The table of shapes: a row for a model, a method for a family. */
final class SyntheticShapes {
  static final List<SyntheticShape> TABLE =
      List.of(
          // SmolLM 2, Llama 3.2 and 3.1
          llama("llama-135m", "135M", 30, 576, 1536, 9, 3, 64, true, 49152, 8192),
          llama("llama-1b", "1B", 16, 2048, 8192, 32, 8, 64, true, 128256, 131072),
          llama("llama-3b", "3B", 28, 3072, 8192, 24, 8, 128, true, 128256, 131072),
          llama("llama-8b", "8B", 32, 4096, 14336, 32, 8, 128, false, 128256, 131072),
          qwen3moe("qwen3-30b-a3b", "30B.A3B", 48),
          qwen3moe("qwen3-8b-a1b", "8B.A1B", 12), // a quarter of its layers
          gptOss("gpt-oss-20b", "20B", 24),
          gptOss("gpt-oss-5b", "5B", 6), // likewise
          gemma4("gemma-4-e4b", "E4B", 42, 2560, 10240, 18),
          lfm2("lfm2-350m", "350M", 1024, 4608, 16),
          lfm2("lfm2-1.2b", "1.2B", 2048, 8192, 32),
          qwen35("qwen3.5-0.8b", "0.8B", 24, 1024, 3584, 8, 2, 16),
          qwen35("qwen3.5-4b", "4B", 32, 2560, 9216, 16, 4, 32),
          mamba("mamba-130m", "130M", 24, 768),
          mamba("mamba-1.4b", "1.4B", 48, 2048),
          mamba2("mamba2-130m", "130M", 24, 768),
          mamba2("mamba2-2.7b", "2.7B", 64, 2560),
          apertus("apertus-8b", "8B"));

  private SyntheticShapes() {}

  private static SyntheticShape llama(
      String name,
      String label,
      int layers,
      int embedding,
      int feedForward,
      int heads,
      int kvHeads,
      int headDim,
      boolean tied,
      int vocabulary,
      int context) {
    ShapeBuilder s =
        new ShapeBuilder(name, label, "llama")
            .size(layers, embedding, feedForward, vocabulary, context)
            .heads(heads, headDim, 500000, kvHeads);
    if (tied) {
      s.norms("output_norm");
    } else {
      s.output(vocabulary);
    }
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .attention((long) heads * headDim, (long) kvHeads * headDim)
                    .norms("ffn_norm")
                    .feedForward(feedForward))
        .build();
  }

  private static SyntheticShape qwen3moe(String name, String label, int layers) {
    ShapeBuilder s =
        new ShapeBuilder(name, label, "qwen3moe")
            .size(layers, 2048, 6144, 151936, 40960)
            .heads(32, 128, 1e6, 4)
            .key("expert_count", 128)
            .key("expert_used_count", 8)
            .key("expert_feed_forward_length", 768)
            .output(151936);
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .attention(4096, 512)
                    .norms(128, "attn_q_norm", "attn_k_norm")
                    .norms("ffn_norm")
                    .experts(128, 768))
        .build();
  }

  private static SyntheticShape gptOss(String name, String label, int layers) {
    int width = 2880;
    int experts = 32;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "gpt-oss")
            .size(layers, width, width, 201088, 131072)
            .heads(64, 64, 150000, 8)
            .key("rope.scaling.type", "yarn")
            .key("rope.scaling.factor", 32.0)
            .key("rope.scaling.original_context_length", 4096)
            .key("attention.sliding_window", 128)
            .key("expert_count", experts)
            .key("expert_used_count", 4)
            .key("expert_feed_forward_length", width)
            .output(201088);
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .attention(4096, 512)
                    .fill("attn_q.bias", 0.01, 4096)
                    .fill("attn_k.bias", 0.01, 512)
                    .fill("attn_v.bias", 0.01, 512)
                    .fill("attn_output.bias", 0.01, width)
                    .fill("attn_sinks.weight", 0, 64)
                    .norms("post_attention_norm")
                    .experts(experts, width)
                    .fill("ffn_gate_inp.bias", 0.01, experts)
                    .fill("ffn_gate_exps.bias", 0.01, width, experts)
                    .fill("ffn_up_exps.bias", 0.01, width, experts)
                    .fill("ffn_down_exps.bias", 0.01, width, experts))
        .build();
  }

  /** The E models: inputs of every layer, and {@code shared} last layers without keys. */
  private static SyntheticShape gemma4(
      String name, String label, int layers, int embedding, int feedForward, int shared) {
    int inputs = 256;
    int vocabulary = 262144;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "gemma4")
            .size(layers, embedding, feedForward, vocabulary, 131072)
            .heads(8, 512, 1e6, 2)
            .key("rope.freq_base_swa", 1e4)
            .key("rope.dimension_count_swa", 256)
            .key("attention.key_length_swa", 256)
            .key("attention.value_length_swa", 256)
            .key("attention.sliding_window", 512)
            .key("attention.sliding_window_pattern", il -> il % 6 < 5)
            .key("attention.shared_kv_layers", shared)
            .key("embedding_length_per_layer_input", inputs)
            .key("final_logit_softcapping", 30.0)
            .fill("rope_freqs.weight", 1, 256)
            .weights("per_layer_token_embd.weight", (long) inputs * layers, vocabulary)
            .floats("per_layer_model_proj.weight", embedding, (long) inputs * layers)
            .norms(inputs, "per_layer_proj_norm")
            .norms("output_norm");
    return s.layers(
            il -> {
              long head = il % 6 < 5 ? 256 : 512;
              s.norms("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "post_norm")
                  .weights("attn_q.weight", embedding, 8 * head)
                  .weights("attn_output.weight", 8 * head, embedding)
                  .norms(head, "attn_q_norm")
                  .feedForward(feedForward)
                  .weights("inp_gate.weight", embedding, inputs)
                  .weights("proj.weight", inputs, embedding)
                  .fill("layer_output_scale.weight", 1, 1);
              if (il < layers - shared) {
                s.weights("attn_k.weight", embedding, 2 * head)
                    .weights("attn_v.weight", embedding, 2 * head)
                    .norms(head, "attn_k_norm");
              }
            })
        .build();
  }

  private static SyntheticShape lfm2(
      String name, String label, int embedding, int feedForward, int heads) {
    Set<Integer> attending = Set.of(2, 5, 8, 10, 12, 14);
    long[] kvHeads =
        LongStream.range(0, 16).map(il -> attending.contains((int) il) ? 8 : 0).toArray();
    int taps = 3;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "lfm2")
            .size(16, embedding, feedForward, 65536, 128000)
            .heads(heads, 64, 1e6, kvHeads)
            .key("shortconv.l_cache", taps)
            .norms("token_embd_norm");
    return s.layers(
            il -> {
              s.norms("attn_norm", "ffn_norm").feedForward(feedForward);
              if (kvHeads[il] > 0) {
                s.attention(embedding, 512).norms(64, "attn_q_norm", "attn_k_norm");
              } else {
                s.weights("shortconv.in_proj.weight", embedding, 3L * embedding)
                    .fill("shortconv.conv.weight", 0.5, taps, embedding)
                    .weights("shortconv.out_proj.weight", embedding, embedding);
              }
            })
        .build();
  }

  /** Three gated delta nets to one gated attention; all heads of delta nets are of 128. */
  private static SyntheticShape qwen35(
      String name,
      String label,
      int layers,
      int embedding,
      int feedForward,
      int heads,
      int kvHeads,
      int deltaHeads) {
    int keys = 16 * 128;
    int inner = deltaHeads * 128;
    int channels = 2 * keys + inner;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "qwen35")
            .size(layers, embedding, feedForward, 248320, 262144)
            .heads(heads, 256, 1e7, kvHeads)
            .key("rope.dimension_count", 64)
            .key("rope.dimension_sections", 11, 11, 10, 0)
            .key("ssm.conv_kernel", 4)
            .key("ssm.state_size", 128)
            .key("ssm.group_count", 16)
            .key("ssm.time_step_rank", deltaHeads)
            .key("ssm.inner_size", inner)
            .key("full_attention_interval", 4)
            .norms("output_norm");
    return s.layers(
            il -> {
              s.norms("attn_norm", "post_attention_norm").feedForward(feedForward);
              if (il % 4 == 3) {
                s.weights("attn_q.weight", embedding, 2L * heads * 256)
                    .weights("attn_k.weight", embedding, kvHeads * 256L)
                    .weights("attn_v.weight", embedding, kvHeads * 256L)
                    .weights("attn_output.weight", heads * 256L, embedding)
                    .norms(256, "attn_q_norm", "attn_k_norm");
              } else {
                s.weights("attn_qkv.weight", embedding, channels)
                    .weights("attn_gate.weight", embedding, inner)
                    .weights("ssm_alpha.weight", embedding, deltaHeads)
                    .weights("ssm_beta.weight", embedding, deltaHeads)
                    .fill("ssm_conv1d.weight", 0.5, 4, channels)
                    .fill("ssm_a", -1, deltaHeads)
                    .fill("ssm_dt.bias", -2, deltaHeads)
                    .norms(128, "ssm_norm")
                    .weights("ssm_out.weight", inner, embedding);
              }
            })
        .build();
  }

  private static SyntheticShape mamba(String name, String label, int layers, int embedding) {
    int inner = 2 * embedding;
    int rank = embedding / 16;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "mamba")
            .size(layers, embedding, 0, 50280, 1 << 20)
            .key("attention.head_count", 0)
            .key("ssm.conv_kernel", 4)
            .key("ssm.inner_size", inner)
            .key("ssm.state_size", 16)
            .key("ssm.time_step_rank", rank)
            .norms("output_norm");
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .weights("ssm_in.weight", embedding, 2L * inner)
                    .fill("ssm_conv1d.weight", 0.5, 4, inner)
                    .fill("ssm_conv1d.bias", 0.01, inner)
                    .weights("ssm_x.weight", inner, rank + 32L)
                    .weights("ssm_dt.weight", rank, inner)
                    .fill("ssm_dt.bias", -3, inner)
                    .fill("ssm_a", -1, 16, inner)
                    .fill("ssm_d", 1, inner)
                    .weights("ssm_out.weight", inner, embedding))
        .build();
  }

  private static SyntheticShape mamba2(String name, String label, int layers, int embedding) {
    int inner = 2 * embedding;
    int heads = inner / 64;
    int channels = inner + 2 * 128;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "mamba2")
            .size(layers, embedding, 0, 50288, 1 << 20)
            .key("attention.head_count", 0)
            .key("ssm.conv_kernel", 4)
            .key("ssm.inner_size", inner)
            .key("ssm.state_size", 128)
            .key("ssm.time_step_rank", heads)
            .key("ssm.group_count", 1)
            .norms("output_norm");
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .weights("ssm_in.weight", embedding, (long) inner + channels + heads)
                    .fill("ssm_conv1d.weight", 0.5, 4, channels)
                    .fill("ssm_conv1d.bias", 0.01, channels)
                    .fill("ssm_dt.bias", -3, heads)
                    .fill("ssm_a", -1, 1, heads)
                    .fill("ssm_d", 1, 1, heads)
                    .fill("ssm_norm.weight", 1, inner, 1)
                    .weights("ssm_out.weight", inner, embedding))
        .build();
  }

  private static SyntheticShape apertus(String name, String label) {
    int feedForward = 21504;
    ShapeBuilder s =
        new ShapeBuilder(name, label, "apertus")
            .size(32, 4096, feedForward, 131072, 65536)
            .heads(32, 128, 12e6, 8)
            .perLayer("xielu.alpha_p", 0.1)
            .perLayer("xielu.alpha_n", 0.1)
            .perLayer("xielu.beta", 0.5)
            .perLayer("xielu.eps", -1e-6)
            .output(131072);
    return s.layers(
            il ->
                s.norms("attn_norm")
                    .attention(4096, 1024)
                    .norms(128, "attn_q_norm", "attn_k_norm")
                    .norms("ffn_norm")
                    .weights("ffn_up.weight", 4096, feedForward)
                    .weights("ffn_down.weight", feedForward, 4096))
        .build();
  }
}
