#!/usr/bin/env python3
"""Makes testdata/checkpoints/NAME/{config.json,model.safetensors,golden.json}: tiny models of Hugging Face's with random weights, and transformers' logits.

  scripts/checkpoint-goldens.py [NAME ...]    all of them without a name

Python needs torch, transformers and safetensors. A model is the same in every run: its weights are seeded by its name. Each row below is a class of
transformers and what its configuration says; jora must convert the folder and compute the same logits.
"""
import json, os, shutil, sys, zlib

import safetensors.torch
import torch
import transformers

OUT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata", "checkpoints")
TOKENS = 16

PLAIN = dict(vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             max_position_embeddings=128, bos_token_id=0, eos_token_id=1, pad_token_id=None)
WIDE = dict(PLAIN, head_dim=16)
EXPERTS = dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=24)
# time_step_min: transformers lets no step of the scan be shorter, llama.cpp does.
NEMOTRON_H = dict(PLAIN, head_dim=16, ssm_state_size=8, mamba_num_heads=8, mamba_head_dim=8, n_groups=2, chunk_size=8, time_step_min=1e-30)
GEMMA4 = dict(WIDE, num_hidden_layers=6, sliding_window=8, global_head_dim=32, hidden_size_per_layer_input=0, num_kv_shared_layers=0,
              vocab_size_per_layer_input=96)

MODELS = {
    "llama": ("LlamaForCausalLM", PLAIN),
    "llama-head": ("LlamaForCausalLM", dict(WIDE, attention_bias=True)),
    "mistral": ("MistralForCausalLM", WIDE),
    "mixtral": ("MixtralForCausalLM", dict(PLAIN, num_local_experts=4, num_experts_per_tok=2)),
    "ministral3": ("Ministral3ForCausalLM", dict(WIDE, rope_parameters=dict(rope_type="yarn", rope_theta=1e6, factor=16.0, original_max_position_embeddings=8,
        beta_fast=32.0, beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.1))),
    "smollm3": ("SmolLM3ForCausalLM", dict(PLAIN, num_hidden_layers=4)),
    "arcee": ("ArceeForCausalLM", PLAIN),
    "granite": ("GraniteForCausalLM", dict(PLAIN, attention_multiplier=0.2, embedding_multiplier=6.0, residual_multiplier=0.5, logits_scaling=4.0)),
    "granitemoe": ("GraniteMoeForCausalLM", dict(PLAIN, num_local_experts=4, num_experts_per_tok=2, attention_multiplier=0.2, embedding_multiplier=6.0,
        residual_multiplier=0.5, logits_scaling=4.0)),
    "granitemoeshared": ("GraniteMoeSharedForCausalLM", dict(PLAIN, num_local_experts=4, num_experts_per_tok=2, shared_intermediate_size=40,
        attention_multiplier=0.2, embedding_multiplier=6.0, residual_multiplier=0.5, logits_scaling=4.0)),
    "granitehybrid": ("GraniteMoeHybridForCausalLM", dict(PLAIN, num_hidden_layers=3, layer_types=["mamba", "attention", "mamba"], num_local_experts=4,
        num_experts_per_tok=2, shared_intermediate_size=40, mamba_n_heads=8, mamba_d_head=8, mamba_n_groups=2, mamba_d_state=8, mamba_d_conv=4, mamba_expand=2,
        mamba_chunk_size=8, attention_multiplier=0.2, embedding_multiplier=6.0, residual_multiplier=0.5, logits_scaling=4.0, position_embedding_type="rope")),
    "qwen2": ("Qwen2ForCausalLM", PLAIN),
    "qwen2moe": ("Qwen2MoeForCausalLM", dict(PLAIN, **EXPERTS, shared_expert_intermediate_size=40, norm_topk_prob=False)),
    "qwen3": ("Qwen3ForCausalLM", WIDE),
    "qwen3moe": ("Qwen3MoeForCausalLM", dict(WIDE, **EXPERTS, norm_topk_prob=True)),
    "qwen3next": ("Qwen3NextForCausalLM", dict(WIDE, **EXPERTS, num_hidden_layers=4, shared_expert_intermediate_size=24, norm_topk_prob=True,
        linear_conv_kernel_dim=4, linear_key_head_dim=8, linear_value_head_dim=8, linear_num_key_heads=2, linear_num_value_heads=6)),
    "qwen35": ("Qwen3_5ForCausalLM", dict(WIDE, num_hidden_layers=4, linear_conv_kernel_dim=4, linear_key_head_dim=8, linear_value_head_dim=8,
        linear_num_key_heads=2, linear_num_value_heads=6, head_dim=32)),
    "qwen35moe": ("Qwen3_5MoeForCausalLM", dict(WIDE, **EXPERTS, num_hidden_layers=4, shared_expert_intermediate_size=24, linear_conv_kernel_dim=4,
        linear_key_head_dim=8, linear_value_head_dim=8, linear_num_key_heads=2, linear_num_value_heads=4, head_dim=32)),
    "qwen2moe-sum": ("Qwen2MoeForCausalLM", dict(PLAIN, **EXPERTS, shared_expert_intermediate_size=40, norm_topk_prob=True)),
    "qwen3moe-plain": ("Qwen3MoeForCausalLM", dict(WIDE, **EXPERTS, norm_topk_prob=False)),
    "olmoe-sum": ("OlmoeForCausalLM", dict(PLAIN, num_experts=4, num_experts_per_tok=2, norm_topk_prob=True)),
    "qwen3-yarn": ("Qwen3ForCausalLM", dict(WIDE, rope_parameters=dict(rope_type="yarn", rope_theta=1e4, factor=4.0, original_max_position_embeddings=32,
        attention_factor=1.05))),
    "olmo3-yarn": ("Olmo3ForCausalLM", dict(PLAIN, num_hidden_layers=4, sliding_window=8, rope_parameters=dict(
        full_attention=dict(rope_type="yarn", rope_theta=5e5, factor=8.0, original_max_position_embeddings=16, attention_factor=1.2079),
        sliding_attention=dict(rope_type="default", rope_theta=5e5)))),
    "gemma": ("GemmaForCausalLM", WIDE),
    "gemma2": ("Gemma2ForCausalLM", dict(WIDE, query_pre_attn_scalar=16, sliding_window=8)),
    "gemma3": ("Gemma3ForCausalLM", dict(WIDE, num_hidden_layers=7, sliding_window=8, query_pre_attn_scalar=16)),
    "gemma4": ("Gemma4ForCausalLM", dict(WIDE, num_hidden_layers=6, sliding_window=8, global_head_dim=32, hidden_size_per_layer_input=0, num_kv_shared_layers=0,
        vocab_size_per_layer_input=96)),
    "gemma4e": ("Gemma4ForCausalLM", dict(WIDE, num_hidden_layers=8, layer_types=["sliding_attention", "full_attention"] * 4, sliding_window=8, global_head_dim=32, hidden_size_per_layer_input=8, num_kv_shared_layers=4,
        vocab_size_per_layer_input=96)),
    "gemma4-moe": ("Gemma4ForCausalLM", dict(GEMMA4, enable_moe_block=True, num_experts=4, top_k_experts=2, moe_intermediate_size=24, final_logit_softcapping=30.0)),
    "gemma4-keys": ("Gemma4ForCausalLM", dict(GEMMA4, attention_k_eq_v=True, num_global_key_value_heads=1, final_logit_softcapping=30.0)),
    "gemma4e-wide": ("Gemma4ForCausalLM", dict(GEMMA4, num_hidden_layers=8, layer_types=["sliding_attention", "full_attention"] * 4, hidden_size_per_layer_input=8,
        num_kv_shared_layers=4, use_double_wide_mlp=True, final_logit_softcapping=30.0)),
    "phi2": ("PhiForCausalLM", dict(PLAIN, intermediate_size=128, num_key_value_heads=4)),
    "phi3": ("Phi3ForCausalLM", PLAIN),
    "cohere": ("CohereForCausalLM", dict(PLAIN, logit_scale=0.25)),
    "cohere-norm": ("CohereForCausalLM", dict(PLAIN, logit_scale=0.25, use_qk_norm=True)),
    "cohere2": ("Cohere2ForCausalLM", dict(PLAIN, num_hidden_layers=4, logit_scale=0.25, sliding_window=8)),
    "olmo2": ("Olmo2ForCausalLM", PLAIN),
    "olmo3": ("Olmo3ForCausalLM", dict(PLAIN, num_hidden_layers=4, sliding_window=8)),
    "olmoe": ("OlmoeForCausalLM", dict(PLAIN, num_experts=4, num_experts_per_tok=2)),
    "glm4": ("Glm4ForCausalLM", dict(PLAIN, head_dim=8)),
    "glm4moe": ("Glm4MoeForCausalLM", dict(WIDE, num_hidden_layers=3, n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1,
        first_k_dense_replace=1, n_group=1, topk_group=1, use_qk_norm=True, routed_scaling_factor=1.5, attention_bias=True)),
    "stablelm": ("StableLmForCausalLM", dict(PLAIN, use_qkv_bias=True)),
    "stablelm-12b": ("StableLmForCausalLM", dict(PLAIN, qk_layernorm=True, use_parallel_residual=True)),
    "starcoder2": ("Starcoder2ForCausalLM", PLAIN),
    "gpt2": ("GPT2LMHeadModel", dict(vocab_size=96, n_embd=32, n_layer=2, n_head=4, n_positions=64)),
    "gptneox": ("GPTNeoXForCausalLM", dict(PLAIN, num_key_value_heads=None)),
    "gptneox-serial": ("GPTNeoXForCausalLM", dict(PLAIN, num_key_value_heads=None, use_parallel_residual=False)),
    "bloom": ("BloomForCausalLM", dict(vocab_size=96, hidden_size=32, n_layer=2, n_head=4)),
    "falcon": ("FalconForCausalLM", dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_kv_heads=2, new_decoder_architecture=True)),
    "falcon-7b": ("FalconForCausalLM", dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, multi_query=True,
        new_decoder_architecture=False, parallel_attn=True)),
    "falcon-h1": ("FalconH1ForCausalLM", dict(WIDE, head_dim=8, mamba_d_ssm=64, mamba_n_heads=8, mamba_d_head=8, mamba_n_groups=2, mamba_d_state=8, mamba_d_conv=4,
        mamba_chunk_size=8, mamba_rms_norm=False, ssm_multipliers=[0.5, 0.6, 0.7, 0.8, 0.9], mlp_multipliers=[0.5, 0.7], key_multiplier=0.6,
        attention_in_multiplier=0.9, attention_out_multiplier=0.8, ssm_in_multiplier=1.1, ssm_out_multiplier=0.7, embedding_multiplier=2.0, lm_head_multiplier=0.5)),
    "nemotron": ("NemotronForCausalLM", PLAIN),
    "nemotron-h": ("NemotronHForCausalLM", dict(NEMOTRON_H, layers_block_type=["linear_attention", "mlp", "full_attention", "mlp"])),
    "nemotron-h-moe": ("NemotronHForCausalLM", dict(NEMOTRON_H, layers_block_type=["linear_attention", "moe", "full_attention", "moe"], n_routed_experts=4,
        num_experts_per_tok=2, moe_intermediate_size=24, moe_shared_expert_intermediate_size=40, routed_scaling_factor=2.5)),
    "exaone4": ("Exaone4ForCausalLM", dict(PLAIN, num_hidden_layers=4, sliding_window=8, sliding_window_pattern=4)),
    "exaone-moe": ("ExaoneMoeForCausalLM", dict(WIDE, num_hidden_layers=4, num_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, num_shared_experts=1,
        first_k_dense_replace=1, sliding_window=8, sliding_window_pattern=4, n_group=1, topk_group=1)),
    "hunyuan": ("HunYuanDenseV1ForCausalLM", dict(WIDE, head_dim=8)),
    "hunyuan-moe": ("HunYuanMoEV1ForCausalLM", dict(WIDE, head_dim=8, num_experts=4, moe_topk=2)),
    "ernie45": ("Ernie4_5ForCausalLM", dict(WIDE, head_dim=8)),
    "ernie45-moe": ("Ernie4_5_MoeForCausalLM", dict(PLAIN, num_hidden_layers=3, moe_num_experts=4, moe_k=2, moe_intermediate_size=24, moe_num_shared_experts=1,
        moe_layer_start_index=1, moe_layer_end_index=2, moe_layer_interval=1)),
    "seed-oss": ("SeedOssForCausalLM", WIDE),
    "apertus": ("ApertusForCausalLM", dict(PLAIN)),
    "mamba": ("MambaForCausalLM", dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, state_size=8)),
    "falcon-mamba": ("FalconMambaForCausalLM", dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, state_size=8)),
    "mamba2": ("Mamba2ForCausalLM", dict(vocab_size=96, hidden_size=32, num_hidden_layers=2, num_heads=8, head_dim=8, state_size=8, n_groups=2, expand=2, chunk_size=8)),
    "jamba": ("JambaForCausalLM", dict(PLAIN, num_hidden_layers=4, num_experts=4, num_experts_per_tok=2, attn_layer_offset=1, attn_layer_period=2,
        expert_layer_offset=1, expert_layer_period=2, mamba_d_state=8, mamba_dt_rank=4, use_mamba_kernels=False)),
    "lfm2": ("Lfm2ForCausalLM", dict(PLAIN, num_hidden_layers=3, layer_types=["conv", "full_attention", "conv"], block_auto_adjust_ff_dim=True, block_multiple_of=16)),
    "lfm2moe": ("Lfm2MoeForCausalLM", dict(PLAIN, num_hidden_layers=3, layer_types=["conv", "full_attention", "conv"], num_dense_layers=1, num_experts=4,
        num_experts_per_tok=2, moe_intermediate_size=24)),
    "deepseek2": ("DeepseekV2ForCausalLM", dict(PLAIN, num_key_value_heads=4, q_lora_rank=None, kv_lora_rank=16, qk_nope_head_dim=8, qk_rope_head_dim=4, v_head_dim=8,
        n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1, first_k_dense_replace=1)),
    "deepseek3": ("DeepseekV3ForCausalLM", dict(PLAIN, num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=16, qk_nope_head_dim=8, qk_rope_head_dim=4, v_head_dim=8,
        n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1, first_k_dense_replace=1, n_group=1, topk_group=1)),
    "dots1": ("Dots1ForCausalLM", dict(WIDE, num_hidden_layers=3, n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1,
        first_k_dense_replace=1, n_group=1, topk_group=1, layer_types=["full_attention"] * 3, sliding_window=None)),
    "minimax-m2": ("MiniMaxM2ForCausalLM", dict(WIDE, num_local_experts=4, num_experts_per_tok=2, rotary_dim=8)),
    "bamba": ("BambaForCausalLM", dict(PLAIN, num_hidden_layers=3, attn_layer_indices=[1], attn_rotary_emb=4, mamba_n_heads=8, mamba_d_head=8, mamba_n_groups=2,
        mamba_d_state=8, mamba_d_conv=4, mamba_expand=2, mamba_chunk_size=8)),
    "youtu": ("YoutuForCausalLM", dict(PLAIN, num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=16, qk_nope_head_dim=8, qk_rope_head_dim=4, v_head_dim=8)),
    "glm4moe-lite": ("Glm4MoeLiteForCausalLM", dict(PLAIN, num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=16, qk_nope_head_dim=8, qk_rope_head_dim=4,
        v_head_dim=8, n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1, first_k_dense_replace=1, n_group=1, topk_group=1)),
    "solar-open": ("SolarOpenForCausalLM", dict(WIDE, n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1, n_group=1,
        topk_group=1)),
    "llama-base": ("LlamaModel", PLAIN),
    "qwen2-base": ("Qwen2Model", PLAIN),
    "qwen3-base": ("Qwen3Model", WIDE),
    "gptoss": ("GptOssForCausalLM", dict(WIDE, num_hidden_layers=2, num_local_experts=4, num_experts_per_tok=2, sliding_window=8,
        rope_parameters=dict(rope_type="yarn", rope_theta=1e4, factor=4.0, original_max_position_embeddings=32, beta_fast=32.0, beta_slow=1.0, truncate=True))),
}

# Models that see or hear, by what their text part says; what is said beside it stands under "".
MROPE = dict(rope_parameters=dict(rope_type="default", rope_theta=1e4, mrope_section=[2, 1, 1]))
SENSES = {
    "qwen2vl": ("Qwen2VLForConditionalGeneration", dict(PLAIN, **MROPE)),
    "qwen25vl": ("Qwen2_5_VLForConditionalGeneration", dict(PLAIN, **MROPE)),
    "qwen3vl": ("Qwen3VLForConditionalGeneration", dict(PLAIN, head_dim=8, **MROPE)),
    "qwen3vlmoe": ("Qwen3VLMoeForConditionalGeneration", dict(PLAIN, head_dim=8, **EXPERTS, **MROPE)),
    "qwen35-sees": ("Qwen3_5ForConditionalGeneration", MODELS["qwen35"][1]),
    "qwen35moe-sees": ("Qwen3_5MoeForConditionalGeneration", MODELS["qwen35moe"][1]),
    "gemma3-sees": ("Gemma3ForConditionalGeneration", MODELS["gemma3"][1]),
    "gemma4-sees": ("Gemma4ForConditionalGeneration", dict(MODELS["gemma4"][1], pad_token_id=0)),
    "gemma4-unified": ("Gemma4UnifiedForConditionalGeneration", dict(MODELS["gemma4"][1], pad_token_id=0)),
    "mistral3-sees": ("Mistral3ForConditionalGeneration", dict(WIDE, model_type="mistral")),
    "llava": ("LlavaForConditionalGeneration", dict(PLAIN, model_type="llama")),
    "voxtral": ("VoxtralForConditionalGeneration", dict(WIDE, model_type="llama")),
    "janus": ("JanusForConditionalGeneration", dict(PLAIN, model_type="llama")),
    "glm4v": ("Glm4vForConditionalGeneration", dict(PLAIN, rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=0.5,
        mrope_section=[1, 1, 0]))),
    "glm4vmoe": ("Glm4vMoeForConditionalGeneration", dict(MODELS["glm4moe"][1], head_dim=8, rope_parameters=dict(rope_type="default", rope_theta=1e4,
        partial_rotary_factor=0.5, mrope_section=[1, 1, 0]))),
    "glm-ocr": ("GlmOcrForConditionalGeneration", dict(PLAIN, rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=1.0,
        mrope_section=[2, 1, 1]))),
    "exaone45": ("Exaone4_5_ForConditionalGeneration", dict(MODELS["exaone4"][1], model_type="exaone4")),
    "qwen2audio": ("Qwen2AudioForConditionalGeneration", dict(PLAIN, model_type="qwen2")),
    "audioflamingo3": ("AudioFlamingo3ForConditionalGeneration", dict(PLAIN, model_type="qwen2")),
    "smolvlm": ("SmolVLMForConditionalGeneration", dict(PLAIN, model_type="llama")),
    "idefics3": ("Idefics3ForConditionalGeneration", dict(PLAIN, model_type="llama")),
    "internvl": ("InternVLForConditionalGeneration", dict(PLAIN, model_type="qwen2")),
    "lfm2vl": ("Lfm2VlForConditionalGeneration", dict(MODELS["lfm2"][1], model_type="lfm2")),
    "lighton-ocr": ("LightOnOcrForConditionalGeneration", dict(WIDE, model_type="qwen3")),
    "granite-speech": ("GraniteSpeechForConditionalGeneration", dict(MODELS["granite"][1], model_type="granite", tie_word_embeddings=True, logits_scaling=1.0)),
    "qwen3asr": ("Qwen3ASRForConditionalGeneration", dict(WIDE, model_type="qwen3")),
    "qwen25omni": ("Qwen2_5OmniThinkerForConditionalGeneration", dict(PLAIN, **MROPE)),
    "qwen3omni": ("Qwen3OmniMoeThinkerForConditionalGeneration", dict(PLAIN, head_dim=8, **EXPERTS, **MROPE)),
    "minicpmv46": ("MiniCPMV4_6ForConditionalGeneration", dict(MODELS["qwen35"][1], model_type="qwen3_5_text")),
}
# Parts of models that speak, too, are in them as "thinker".
THINKERS = {"qwen25omni": "Qwen2_5OmniForConditionalGeneration", "qwen3omni": "Qwen3OmniMoeForConditionalGeneration"}
LARGE = 10000

# Models whose classes transformers does not have are others in another order: the class, its configuration, the model that it is, and what changes.
SHARED = dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, shared_expert_intermediate_size=24, qkv_bias=False, mlp_only_layers=[0],
              first_k_dense_replace=1, n_routed_experts=4, n_shared_experts=1, num_shared_experts=1)
SIGMOID = dict(WIDE, num_hidden_layers=3, n_routed_experts=4, num_experts_per_tok=2, moe_intermediate_size=24, n_shared_experts=1, first_k_dense_replace=1,
               n_group=1, topk_group=1, use_qk_norm=True, routed_scaling_factor=1.5)
RENAMED = {
    "internlm2": ("InternLM2ForCausalLM", "LlamaForCausalLM", PLAIN),
    "internlm3": ("InternLM3ForCausalLM", "LlamaForCausalLM", dict(WIDE, attention_bias=True)),
    "iquest-coder": ("IQuestCoderForCausalLM", "LlamaForCausalLM", PLAIN),
    "xverse": ("XverseForCausalLM", "LlamaForCausalLM", PLAIN),
    "baichuan": ("BaichuanForCausalLM", "LlamaForCausalLM", dict(PLAIN, num_key_value_heads=4)),
    "exaone": ("ExaoneForCausalLM", "LlamaForCausalLM", PLAIN),
    "minicpm": ("MiniCPMForCausalLM", "GraniteForCausalLM", dict(PLAIN, attention_multiplier=8 ** -0.5, embedding_multiplier=12.0, residual_multiplier=1.4 / 2 ** 0.5,
        logits_scaling=4.0, scale_emb=12.0, scale_depth=1.4, dim_model_base=8)),
    "minicpm-long": ("MiniCPMForCausalLM", "GraniteForCausalLM", dict(PLAIN, attention_multiplier=8 ** -0.5, embedding_multiplier=12.0,
        residual_multiplier=1.4 / 2 ** 0.5, logits_scaling=4.0, scale_emb=12.0, scale_depth=1.4, dim_model_base=8, rope_parameters=dict(rope_type="longrope",
        rope_theta=1e4, original_max_position_embeddings=8, long_factor=[1.5, 2.0, 3.0, 4.0], short_factor=[1.0, 1.1, 1.2, 1.3]))),
    "orion": ("OrionForCausalLM", "StableLmForCausalLM", dict(PLAIN, rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=1.0),
        rms_norm_eps=1e-5)),
    "deepseek": ("DeepseekForCausalLM", "Qwen2MoeForCausalLM", dict(PLAIN, **SHARED, norm_topk_prob=False)),
    "bailingmoe": ("BailingMoeForCausalLM", "Qwen2MoeForCausalLM", dict(PLAIN, **SHARED, norm_topk_prob=True)),
    "bailingmoe2": ("BailingMoeV2ForCausalLM", "Glm4MoeForCausalLM", dict(SIGMOID, num_shared_experts=1, score_function="sigmoid")),
    "sarvam": ("SarvamMoEForCausalLM", "Glm4MoeForCausalLM", dict(SIGMOID, num_shared_experts=1, score_function="sigmoid",
        rope_parameters=dict(rope_type="default", rope_theta=1e4, partial_rotary_factor=1.0))),
}
NAMES = {
    "internlm2": [("model.embed_tokens", "model.tok_embeddings"), ("lm_head", "output"), ("input_layernorm", "attention_norm"), ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "feed_forward.w1"), ("mlp.down_proj", "feed_forward.w2"), ("mlp.up_proj", "feed_forward.w3"), ("self_attn.o_proj", "attention.wo"),
        ("self_attn.qkv", "attention.wqkv")],
    "baichuan": [("self_attn.qkv", "self_attn.W_pack")],
    "exaone": [("model.embed_tokens", "transformer.wte"), ("model.norm", "transformer.ln_f"), ("model.layers", "transformer.h"), ("input_layernorm", "ln_1"),
        ("post_attention_layernorm", "ln_2"), ("self_attn.o_proj", "attn.attention.out_proj"), ("self_attn", "attn.attention"), ("mlp.gate_proj", "mlp.c_fc_0"),
        ("mlp.up_proj", "mlp.c_fc_1"), ("mlp.down_proj", "mlp.c_proj")],
    "deepseek": [("shared_expert.", "shared_experts.")],
    "bailingmoe": [("model.embed_tokens", "model.word_embeddings"), ("self_attn.qkv", "attention.query_key_value"), ("self_attn.o_proj", "attention.dense"),
        ("shared_expert.", "shared_experts.")],
    "bailingmoe2": [("model.embed_tokens", "model.word_embeddings"), ("self_attn.qkv", "attention.query_key_value"), ("self_attn.o_proj", "attention.dense"),
        ("self_attn.q_norm", "attention.query_layernorm"), ("self_attn.k_norm", "attention.key_layernorm"), ("gate.e_score_correction_bias", "gate.expert_bias")],
}
NAMES["sarvam"] = NAMES["bailingmoe2"]

# Layers that guess ahead, which transformers does not have: a copy of a layer, under the names that the hub's checkpoints give it.
AHEAD = {
    "qwen35-ahead": ("qwen35", "mtp.", 3, "mtp_num_hidden_layers"),
    "exaone-moe-ahead": ("exaone-moe", "mtp.", 3, "num_nextn_predict_layers"),
    "glm4moe-ahead": ("glm4moe", "", 2, "num_nextn_predict_layers"),
    "bailingmoe2-ahead": ("bailingmoe2", "", 2, "num_nextn_predict_layers"),
    "qwen3next-ahead": ("qwen3next", "mtp.", 3, "num_nextn_predict_layers"),
    "deepseek3-ahead": ("deepseek3", "", 1, "num_nextn_predict_layers"),
}


def guess_ahead(name):
    """Makes a folder of another, whose logits it has."""
    other, before, layer, key = AHEAD[name]
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    tensors = safetensors.torch.load_file(os.path.join(OUT, other, "model.safetensors"))
    with open(os.path.join(OUT, other, "config.json")) as f:
        config = json.load(f)
    width = config["hidden_size"]
    first = config["num_hidden_layers"]
    to = f"{before}layers.0." if before else f"model.layers.{first}."
    start = f"model.layers.{layer}."
    more = {to + key[len(start):]: value.clone() for key, value in tensors.items() if key.startswith(start)}
    names = ["fc", "pre_fc_norm_embedding", "pre_fc_norm_hidden", "norm"] if before else ["eh_proj", "enorm", "hnorm", "shared_head.norm"]
    for i, part in enumerate(names):
        more[(before or to) + part + ".weight"] = torch.randn(width, 2 * width) if i == 0 else torch.randn(width)
    safetensors.torch.save_file(tensors | more, os.path.join(folder, "model.safetensors"), {"format": "pt"})
    config[key] = 1
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(config, f, indent=2)
    shutil.copy(os.path.join(OUT, other, "golden.json"), folder)


def rename(name, folder):
    """Makes a folder of a class that transformers does not have."""
    path = os.path.join(folder, "model.safetensors")
    tensors = safetensors.torch.load_file(path)
    with open(os.path.join(folder, "config.json")) as f:
        config = json.load(f)
    names = NAMES.get(name, [])
    if any(old == "self_attn.qkv" for old, _ in names):
        for q in [key for key in tensors if "self_attn.q_proj" in key]:
            parts = [tensors.pop(q.replace("q_proj", part + "_proj")) for part in "qkv"]
            if name == "internlm2":  # key head by key head
                heads = config["num_key_value_heads"]
                parts = [part.view(heads, -1, part.shape[-1]) for part in parts]
                tensors[q.replace("q_proj", "qkv")] = torch.cat(parts, 1).flatten(0, 1)
            else:
                tensors[q.replace("q_proj", "qkv")] = torch.cat(parts)
    for old, new in names:
        tensors = {key.replace(old, new): value for key, value in tensors.items()}
    tensors = {key: value for key, value in tensors.items() if "shared_expert_gate" not in key}
    safetensors.torch.save_file(tensors, path, {"format": "pt"})
    config |= {key: value for key, value in RENAMED[name][2].items() if value is not None}
    config |= dict(architectures=[RENAMED[name][0]], model_type=name)
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(config, f, indent=2)
TINY = dict(depth=1, num_hidden_layers=1, hidden_size=16, embed_dim=16, intermediate_size=16, num_heads=2, num_attention_heads=2, num_key_value_heads=2,
            head_dim=8, out_hidden_size=32, patch_size=4, image_size=8, num_position_embeddings=16, deepstack_visual_indexes=[0], fullatt_block_indexes=[0],
            position_embedding_size=16, in_channels=1, num_channels=1, d_model=16, encoder_layers=1, encoder_attention_heads=2, encoder_ffn_dim=16,
            num_mel_bins=8, max_source_positions=16, output_dim=32, projection_dim=32, num_image_tokens=4, downsample_hidden_size=8, n_window=4,
            n_window_infer=8, input_dim=8, hidden_dim=16, num_layers=1, feedforward_mult=1, dim_head=8, output_proj_dims=16, mlp_ratio=1)


def tiny(config):
    return {key: value for key, value in TINY.items() if hasattr(config, key)}


def sees(kind, text):
    config_class = getattr(transformers, kind).config_class
    default = config_class()
    parts = {part: tiny(getattr(default, part)) for part in ("vision_config", "audio_config", "encoder_config", "projector_config", "vq_config")
             if getattr(default, part, None) is not None}
    for part in parts:
        parts[part]["model_type"] = getattr(default, part).model_type
    return config_class(text_config=text, **parts)


def trim(name, folder):
    """Leaves out what is large and sees or hears, and puts a thinker into its model."""
    path = os.path.join(folder, "model.safetensors")
    before = "thinker." if name in THINKERS else ""
    tensors = {before + key: value for key, value in safetensors.torch.load_file(path).items() if value.numel() < LARGE}
    safetensors.torch.save_file(tensors, path, {"format": "pt"})
    if name in THINKERS:
        path = os.path.join(folder, "config.json")
        with open(path) as f:
            thinker = json.load(f)
        with open(path, "w") as f:
            json.dump({"architectures": [THINKERS[name]], "thinker_config": thinker}, f, indent=2)


def make(name):
    if name in AHEAD:
        guess_ahead(name)
        return
    kind, values = RENAMED[name][1:] if name in RENAMED else (MODELS | SENSES)[name]
    torch.manual_seed(zlib.crc32(name.encode()))
    cls = getattr(transformers, kind)
    config = sees(kind, values) if name in SENSES else cls.config_class(**values)
    config._attn_implementation = "eager"
    model = cls(config).eval().float()
    with torch.no_grad():
        for key, p in sorted(model.state_dict().items()):
            if not p.dtype.is_floating_point:
                continue
            if key.endswith("A_log") or key.endswith("dt_bias") or "act_fn" in key:
                p.add_(0.1 * torch.randn_like(p))
            elif p.dim() >= 2:
                p.copy_(torch.randn_like(p) / p.shape[-1] ** 0.5)
            else:
                p.add_(0.2 * torch.randn_like(p))
    if name in RENAMED and kind == "Qwen2MoeForCausalLM":
        for layer in model.model.layers[1:]:
            layer.mlp.shared_expert_gate.forward = lambda x: torch.full((*x.shape[:-1], 1), 100.0)  # no gate: σ of it is 1
    model.tie_weights()
    folder = os.path.join(OUT, name)
    model.save_pretrained(folder)
    if name in SENSES:
        trim(name, folder)
    if name in RENAMED:
        rename(name, folder)
    tokens = [0] + [int(t) for t in torch.randint(2, 96, (TOKENS - 1,))]
    with torch.no_grad():
        out = model(torch.tensor([tokens]), use_cache=False)
    logits = out.logits[0] if hasattr(out, "logits") else out.last_hidden_state[0] @ model.get_input_embeddings().weight.T
    with open(os.path.join(folder, "golden.json"), "w") as f:
        json.dump({"tokens": tokens, "logits": [[round(float(v), 6) for v in row] for row in logits]}, f)
    for extra in ("generation_config.json",):
        path = os.path.join(folder, extra)
        if os.path.exists(path):
            os.remove(path)


if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS | SENSES | RENAMED | AHEAD:
        try:
            make(name)
            print(name, "ok", flush=True)
        except Exception as e:
            print(name, "FAILED", type(e).__name__, str(e)[:300], flush=True)
