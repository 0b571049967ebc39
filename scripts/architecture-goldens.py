#!/usr/bin/env python3
"""Makes testdata/architectures/NAME/{model.gguf,golden.json}: tiny models with random weights, and llama.cpp's logits of them at every position.

  scripts/architecture-goldens.py LIBS [NAME ...]    all of them without a name; --list tells the names

LIBS is a folder with llama.cpp's shared libraries, as scripts/bench-vs-llamacpp/llamacpp.py takes them (it says how to get them). Python needs numpy
and gguf. A model is the same in every run: its weights are seeded by its name. Each is one function below: keys, and tensors by shape, from which
jora and llama.cpp must make the same logits.
"""
import ctypes as C, glob, json, os, subprocess, sys, zlib

import gguf
import numpy as np

OUT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata", "architectures")
VOCAB, TOKENS = 96, 40
MODELS = {}


class Model:
    """Keys and tensors of a file; shapes are written as GGUF has them, the inputs first."""

    def __init__(self, name, arch, width=32, layers=2, heads=4, kv=2, ff=48, rms=True, **keys):
        self.arch, self.width, self.layers, self.heads, self.kv, self.ff = arch, width, layers, heads, kv, ff
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))
        self.tensors = {}
        self.keys = {"block_count": layers, "context_length": 256, "embedding_length": width, "feed_forward_length": ff, "attention.head_count": heads,
                     "attention.head_count_kv": kv, ("attention.layer_norm_rms_epsilon" if rms else "attention.layer_norm_epsilon"): 1e-5}
        self.key(**keys)
        self.rms = rms
        self.mat("token_embd", width, VOCAB, scale=3)

    def key(self, **keys):
        """Keys, their dots written as two underscores; None takes one away."""
        for k, v in keys.items():
            self.keys[k.replace("__", ".")] = v
        self.keys = {k: v for k, v in self.keys.items() if v is not None}
        return self

    def put(self, name, *ne, scale=1.0, mean=0.0):
        self.tensors[name] = (mean + scale * self.rng.standard_normal(ne[::-1])).astype(np.float32)

    def mat(self, name, *ne, bias=False, scale=1.0):
        self.put(name + ".weight", *ne, scale=scale / np.sqrt(ne[0]))
        if bias:
            self.put(name + ".bias", *ne[1:], scale=0.2)

    def norm(self, name, n, bias=False):
        self.put(name + ".weight", n, mean=1, scale=0.2)
        if bias:
            self.put(name + ".bias", n, scale=0.2)

    def end(self, output=True, norm="output_norm"):
        self.norm(norm, self.width, bias=not self.rms)
        if output:
            self.mat("output", self.width, VOCAB, scale=3)
        return self

    def qkv(self, b, head, heads=None, kv=None, bias=False, norm=0, value=None, out_bias=False):
        heads, kv, value = heads or self.heads, kv or self.kv, value or head
        self.mat(b + "attn_q", self.width, heads * head, bias=bias)
        self.mat(b + "attn_k", self.width, kv * head, bias=bias)
        self.mat(b + "attn_v", self.width, kv * value, bias=bias)
        self.mat(b + "attn_output", heads * value, self.width, bias=out_bias)
        if norm:
            self.norm(b + "attn_q_norm", norm)
            self.norm(b + "attn_k_norm", norm)

    def ffn(self, b, ff=None, suffix="", gate=True, bias=False):
        ff = ff or self.ff
        if gate:
            self.mat(b + "ffn_gate" + suffix, self.width, ff, bias=bias)
        self.mat(b + "ffn_up" + suffix, self.width, ff, bias=bias)
        self.mat(b + "ffn_down" + suffix, ff, self.width, bias=bias)

    def experts(self, b, count, ff, bias=False, choose=False, gate=True):
        self.mat(b + "ffn_gate_inp", self.width, count, bias=bias, scale=2)
        if choose:
            self.put(b + "exp_probs_b.bias", count, scale=0.3)
        if gate:
            self.mat(b + "ffn_gate_exps", self.width, ff, count, bias=bias)
        self.mat(b + "ffn_up_exps", self.width, ff, count, bias=bias)
        self.mat(b + "ffn_down_exps", ff, self.width, count, bias=bias)

    def write(self, path):
        w = gguf.GGUFWriter(path, self.arch)
        for k, v in self.keys.items():
            k = self.arch + "." + k if not k.startswith("xielu") else k
            if isinstance(v, bool): w.add_bool(k, v)
            elif isinstance(v, int): w.add_uint32(k, v)
            elif isinstance(v, float): w.add_float32(k, v)
            elif isinstance(v, str): w.add_string(k, v)
            else: w.add_array(k, v)
        w.add_file_type(0)
        w.add_quantization_version(2)
        w.add_tokenizer_model("gpt2")
        w.add_tokenizer_pre("gpt-2")
        w.add_token_list(["<s>", "</s>"] + [chr(33 + i) for i in range(VOCAB - 3)] + ["!!"])
        w.add_token_types([3, 3] + [1] * (VOCAB - 2))
        w.add_token_merges(["! !"])
        w.add_bos_token_id(0)
        w.add_eos_token_id(1)
        for name, data in self.tensors.items():
            w.add_tensor(name, data)
        w.write_header_to_file()
        w.write_kv_data_to_file()
        w.write_tensors_to_file()
        w.close()


def model(f):
    MODELS[f.__name__.replace("_", "-")] = f
    return f


# ---- the models ------------------------------------------------------------------------------

@model
def gemma4_moe(name):
    """26B A4B: the dense block and experts side by side, each between norms of its own; one layer without experts' scales, another with separate gates."""
    m = Model(name, "gemma4", layers=4, ff=40, attention__key_length=16, attention__value_length=16, attention__key_length_swa=8, attention__value_length_swa=8,
              rope__dimension_count=16, rope__dimension_count_swa=8, rope__freq_base=1e6, rope__freq_base_swa=1e4, attention__sliding_window=6,
              attention__sliding_window_pattern=[True, False, True, False], attention__head_count_kv=[2, 1, 2, 1], attention__shared_kv_layers=0,
              embedding_length_per_layer_input=0, final_logit_softcapping=30.0, expert_count=6, expert_used_count=2, expert_feed_forward_length=20)
    m.put("rope_freqs.weight", 8, mean=2, scale=0.3)
    for il in range(4):
        b = f"blk.{il}."
        head, kv = (8, 2) if il % 2 == 0 else (16, 1)
        m.norm(b + "attn_norm", 32); m.norm(b + "post_attention_norm", 32); m.norm(b + "ffn_norm", 32); m.norm(b + "post_ffw_norm", 32)
        m.qkv(b, head, kv=kv, norm=head)
        if il % 2:
            del m.tensors[b + "attn_v.weight"]
        m.ffn(b)
        m.put(b + "layer_output_scale.weight", 1, mean=0.8, scale=0.1)
        m.mat(b + "ffn_gate_inp", 32, 6, scale=4)
        m.put(b + "ffn_gate_inp.scale", 32, mean=4, scale=1)
        m.norm(b + "pre_ffw_norm_2", 32); m.norm(b + "post_ffw_norm_1", 32); m.norm(b + "post_ffw_norm_2", 32)
        if il == 3:
            m.mat(b + "ffn_gate_exps", 32, 20, 6); m.mat(b + "ffn_up_exps", 32, 20, 6)
        else:
            m.mat(b + "ffn_gate_up_exps", 32, 40, 6)
        m.mat(b + "ffn_down_exps", 20, 32, 6)
        if il != 2:
            m.put(b + "ffn_down_exps.scale", 6, mean=1, scale=0.3)
    return m.end(output=False)


def latent(m, b, heads, plain, turned, value, latent, rank, split):
    """Latent attention; keys and values come from two tensors, or in files of the old kind from one."""
    if rank:
        m.mat(b + "attn_q_a", m.width, rank); m.norm(b + "attn_q_a_norm", rank); m.mat(b + "attn_q_b", rank, heads * (plain + turned))
    else:
        m.mat(b + "attn_q", m.width, heads * (plain + turned))
    m.mat(b + "attn_kv_a_mqa", m.width, latent + turned)
    m.norm(b + "attn_kv_a_norm", latent)
    if split:
        m.mat(b + "attn_k_b", plain, latent, heads); m.mat(b + "attn_v_b", latent, value, heads)
    else:
        m.mat(b + "attn_kv_b", latent, heads * (plain + value))
    m.mat(b + "attn_output", heads * value, m.width)


def deepseek2(name, rank, split, layers=2, shared=1, dense=1, width=32, heads=4, kept=20, count=6, wide=16, **keys):
    if split:
        keys = dict(attention__key_length=24, attention__value_length=20, attention__key_length_mla=12, attention__value_length_mla=6, **keys)
    else:
        keys = dict(attention__key_length=12, attention__value_length=6, **keys)
    m = Model(name, "deepseek2", width=width, layers=layers, heads=heads, kv=1 if split else heads, ff=24, rope__dimension_count=4,
              attention__kv_lora_rank=kept, attention__q_lora_rank=rank or None, leading_dense_block_count=dense, expert_count=count, expert_used_count=2,
              expert_feed_forward_length=wide, expert_shared_count=shared, vocab_size=VOCAB, **keys)
    for il in range(layers):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", width); m.norm(b + "ffn_norm", width)
        latent(m, b, heads, 8, 4, 6, kept, rank, split)
        if il < dense:
            m.ffn(b)
        else:
            m.experts(b, count, wide, choose=keys.get("expert_gating_func") == 2)
            m.ffn(b, wide * shared, "_shexp")
    return m.end()


@model
def deepseek2_old(name):
    """A file from before keys and values had tensors of their own, q in two products."""
    return deepseek2(name, 10, False, expert_weights_scale=1.5, expert_gating_func=1)


@model
def deepseek2_lite(name):
    """V2 Lite as files of the old kind have it: q in one product (llama.cpp knows that by 27 layers), two shared experts, YaRN with a multiplier."""
    return deepseek2(name, 0, False, layers=27, dense=24, width=16, heads=2, kept=8, count=4, wide=8, shared=2, expert_weights_scale=1.0, rope__scaling__type="yarn", rope__scaling__factor=4.0,
                     rope__scaling__original_context_length=64, rope__scaling__yarn_log_multiplier=0.0707)


@model
def deepseek2_large(name):
    """Mistral Large 3: queries grow with their position, YaRN, no norm of the factors."""
    return deepseek2(name, 10, True, dense=0, expert_weights_scale=1.0, expert_weights_norm=False, expert_gating_func=1, attention__temperature_scale=0.1,
                     attention__temperature_length=8, rope__scaling__type="yarn", rope__scaling__factor=8.0, rope__scaling__original_context_length=32,
                     rope__scaling__yarn_log_multiplier=0.1)


def layers(m, head, ffn=None, bias=False, norm=0, norms=("attn_norm", "ffn_norm"), norm_bias=False, kv=None, out_bias=False):
    """Layers of attention and a feed-forward block, dense unless ffn says what."""
    for il in range(m.layers):
        b = f"blk.{il}."
        for n in norms:
            m.norm(b + n, m.width, bias=norm_bias)
        m.qkv(b, head, kv=kv, bias=bias, norm=norm, out_bias=out_bias)
        (ffn or m.ffn)(*([b] if ffn is None else [b, il]))
    return m


def sparse(m, count, ff, shared=0, dense=0, choose=False, gate=None):
    """A feed-forward block of experts; the first layers may be dense."""
    def ffn(b, il):
        if il < dense:
            return m.ffn(b)
        m.experts(b, count, ff, choose=choose)
        if shared:
            m.ffn(b, shared, "_shexp")
        if gate:
            m.mat(b + "ffn_gate_inp_shexp", m.width)
    return ffn


def moe(count=5, used=2, **more):
    return dict(expert_count=count, expert_used_count=used, **more)


@model
def qwen35moe(name):
    """Experts beside a gated shared one; other numbers of heads than the dense model's."""
    m = Model(name, "qwen35moe", layers=4, heads=2, kv=1, ff=None, attention__key_length=16, attention__value_length=16, rope__dimension_count=8,
              rope__dimension_sections=[2, 1, 1, 0], ssm__conv_kernel=4, ssm__state_size=8, ssm__group_count=2, ssm__time_step_rank=6, ssm__inner_size=48,
              full_attention_interval=4, **moe(expert_feed_forward_length=12, expert_shared_feed_forward_length=20))
    return delta(m, sparse(m, 5, 12, shared=20, gate=True), True)


def delta(m, ffn, apart, keys=2, heads=6, kd=8, vd=8, every=4):
    """Gated delta nets, every fourth layer attention with gated heads."""
    w, inner = m.width, heads * vd
    for il in range(m.layers):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", w); m.norm(b + "post_attention_norm", w)
        if (il + 1) % every == 0:
            m.qkv(b, 16, norm=16)
            m.mat(b + "attn_q", w, m.heads * 32)
        else:
            channels = 2 * keys * kd + inner
            m.mat(b + "attn_qkv", w, channels); m.mat(b + "attn_gate", w, inner)
            if apart:
                m.mat(b + "ssm_alpha", w, heads); m.mat(b + "ssm_beta", w, heads)
            else:
                m.mat(b + "ssm_ba", w, 2 * heads)
            m.mat(b + "ssm_conv1d", 4, channels)
            m.put(b + "ssm_a", heads, mean=-1, scale=0.3); m.put(b + "ssm_dt.bias", heads, scale=0.5)
            m.norm(b + "ssm_norm", vd); m.mat(b + "ssm_out", inner, w)
        ffn(b, il)
    return m.end()


@model
def qwen3next_heads(name):
    """Three value heads to a key head, attention in every third layer, no shared expert's norm."""
    m = Model(name, "qwen3next", layers=3, heads=2, kv=2, ff=40, attention__key_length=16, attention__value_length=16, rope__dimension_count=4,
              ssm__conv_kernel=4, ssm__state_size=8, ssm__group_count=2, ssm__time_step_rank=6, ssm__inner_size=48, full_attention_interval=3,
              **moe(expert_feed_forward_length=12, expert_shared_feed_forward_length=20))
    return delta(m, sparse(m, 5, 12, shared=20, gate=True), False, every=3)


@model
def gptoss_odd(name):
    """Another window, five experts of which three are used, heads wider than n_embd / heads."""
    m = Model(name, "gpt-oss", layers=3, heads=6, kv=3, ff=20, width=32, attention__key_length=16, attention__value_length=16,
              attention__sliding_window=5, rope__dimension_count=16, rope__freq_base=150000.0, rope__scaling__type="yarn", rope__scaling__factor=4.0,
              rope__scaling__original_context_length=64, **moe(5, 3, expert_feed_forward_length=20))
    for il in range(3):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "post_attention_norm", 32)
        m.qkv(b, 16, bias=True, out_bias=True)
        m.put(b + "attn_sinks.weight", 6)
        m.experts(b, 5, 20, bias=True)
    return m.end()


def shortconv(m, b, taps):
    m.mat(b + "shortconv.in_proj", m.width, 3 * m.width)
    m.mat(b + "shortconv.conv", taps, m.width)
    m.mat(b + "shortconv.out_proj", m.width, m.width)


def lfm(m, taps, attends, ffn):
    for il in range(m.layers):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", m.width); m.norm(b + "ffn_norm", m.width)
        if il in attends:
            m.qkv(b, 8, norm=8)
        else:
            shortconv(m, b, taps)
        ffn(b, il)
    return m.end(output=False, norm="token_embd_norm")


@model
def lfm2_taps(name):
    """Four taps, attention first and last."""
    m = Model(name, "lfm2", layers=4, shortconv__l_cache=4, attention__head_count_kv=[2, 0, 0, 2])
    return lfm(m, 4, (0, 3), lambda b, il: m.ffn(b))


@model
def lfm2moe(name):
    """LFM 2 8B A1B: the first layer dense, experts chosen by a sigmoid and a bias."""
    m = Model(name, "lfm2moe", layers=4, shortconv__l_cache=3, attention__head_count_kv=[0, 2, 0, 1], leading_dense_block_count=1, expert_gating_func=2,
              **moe(expert_feed_forward_length=12))
    m.kv = 2
    def ffn(b, il):
        if il == 3:
            m.mat(b + "attn_k", 32, 8); m.mat(b + "attn_v", 32, 8)
        sparse(m, 5, 12, dense=1, choose=True)(b, il)
    return lfm(m, 3, (1, 3), ffn)


def mamba2_layer(m, b, inner=64, states=8, groups=2, heads=4, taps=4, norm=True):
    w, channels = m.width, inner + 2 * groups * states
    m.mat(b + "ssm_in", w, inner + channels + heads)
    m.mat(b + "ssm_conv1d", taps, channels, bias=True)
    m.put(b + "ssm_dt.bias", heads)
    m.put(b + "ssm_a", 1, heads, mean=-1.5, scale=0.3); m.put(b + "ssm_d", 1, heads)
    if norm:
        m.put(b + "ssm_norm.weight", inner // groups, groups, mean=1, scale=0.2)
    m.mat(b + "ssm_out", inner, w)


def ssm(inner=64, states=8, groups=2, heads=4, taps=4):
    return dict(ssm__conv_kernel=taps, ssm__inner_size=inner, ssm__state_size=states, ssm__group_count=groups, ssm__time_step_rank=heads)


@model
def mamba2_groups(name):
    """Four groups of two heads, three taps."""
    sizes = dict(groups=4, heads=8, taps=3)
    m = Model(name, "mamba2", heads=0, kv=0, ff=0, **ssm(**sizes))
    for il in range(2):
        m.norm(f"blk.{il}.attn_norm", 32)
        mamba2_layer(m, f"blk.{il}.", **sizes)
    return m.end(output=False)


@model
def gemma4e_shared(name):
    """Three layers that share caches, of another pattern; narrow inputs of layers; logits are capped where the file does not say at what."""
    m = Model(name, "gemma4", layers=7, width=24, ff=24, heads=2, kv=1, attention__key_length=16, attention__value_length=16, attention__key_length_swa=8,
              attention__value_length_swa=8, rope__dimension_count=16, rope__dimension_count_swa=8, rope__freq_base=1e6, rope__freq_base_swa=1e4,
              attention__sliding_window=7, attention__sliding_window_pattern=[True, True, True, False, True, True, False],
              attention__shared_kv_layers=3, embedding_length_per_layer_input=8, feed_forward_length=[24, 24, 24, 24, 40, 40, 40])
    m.put("rope_freqs.weight", 8, mean=2, scale=0.3)
    m.mat("per_layer_token_embd", 8 * 7, VOCAB); m.mat("per_layer_model_proj", 24, 56); m.norm("per_layer_proj_norm", 8)
    for il, windowed in enumerate(m.keys["attention.sliding_window_pattern"]):
        b, head = f"blk.{il}.", 8 if windowed else 16
        m.norm(b + "attn_norm", 24); m.norm(b + "post_attention_norm", 24); m.norm(b + "ffn_norm", 24); m.norm(b + "post_ffw_norm", 24)
        m.qkv(b, head, norm=head)
        if il >= 4:
            for t in ("attn_k", "attn_v", "attn_k_norm"):
                del m.tensors[b + t + ".weight"]
        m.ffn(b, m.keys["feed_forward_length"][il])
        m.mat(b + "inp_gate", 24, 8); m.mat(b + "proj", 8, 24); m.norm(b + "post_norm", 24)
    return m.end(output=False)


@model
def gemma3_scaled(name):
    """4B and up: full layers with RoPE scaled by 8, windowed ones as they are."""
    m = Model(name, "gemma3", layers=7, width=24, heads=2, kv=1, ff=32, attention__key_length=16, attention__value_length=16, attention__sliding_window=6,
              rope__freq_base=1e6, rope__scaling__type="linear", rope__scaling__factor=8.0)
    return layers(m, 16, norm=16, norms=("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")).end(output=False)


@model
def glm4moe_ahead(name):
    """No norms of q and k, two shared experts, two dense layers, part of a head turns; a layer behind the last that guesses ahead."""
    m = Model(name, "glm4moe", layers=4, attention__key_length=8, attention__value_length=8, rope__dimension_count=4, leading_dense_block_count=2,
              nextn_predict_layers=1, expert_shared_count=2, expert_weights_scale=1.5, expert_weights_norm=True, expert_gating_func=2,
              **moe(expert_feed_forward_length=12))
    layers(m, 8, sparse(m, 5, 12, shared=24, dense=2, choose=True), bias=True, norms=("attn_norm", "post_attention_norm"))
    m.mat("blk.3.nextn.eh_proj", 64, 32); m.norm("blk.3.nextn.enorm", 32); m.norm("blk.3.nextn.hnorm", 32); m.norm("blk.3.nextn.shared_head_norm", 32)
    return m.end()


@model
def exaone4_plain(name):
    """1.2B: no windows, RoPE everywhere, tied output."""
    m = Model(name, "exaone4", layers=3)
    return layers(m, 8, norm=8, norms=("post_attention_norm", "post_ffw_norm")).end(output=False)


@model
def olmo3(name):
    """Windows, whose layers YaRN leaves alone."""
    m = Model(name, "olmo2", layers=5, kv=4, attention__sliding_window=6, rope__scaling__type="yarn", rope__scaling__factor=8.0, rope__freq_base=500000.0,
              rope__scaling__original_context_length=32)
    return layers(m, 8, norm=32, norms=("post_attention_norm", "post_ffw_norm")).end()


@model
def falcon_40b(name):
    """Two norms, and a few key heads."""
    m = Model(name, "falcon", rms=False)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32, bias=True); m.norm(b + "attn_norm_2", 32, bias=True)
        m.mat(b + "attn_qkv", 32, 64); m.mat(b + "attn_output", 32, 32)
        m.ffn(b, gate=False)
    return m.end()


@model
def bloom_six(name):
    """Six heads: ALiBi's slopes of no power of two."""
    m = Model(name, "bloom", width=24, heads=6, kv=6, ff=32, rms=False)
    m.norm("token_embd_norm", 24, bias=True)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 24, bias=True); m.norm(b + "ffn_norm", 24, bias=True)
        m.mat(b + "attn_qkv", 24, 72, bias=True); m.mat(b + "attn_output", 24, 24, bias=True)
        m.ffn(b, gate=False, bias=True)
    return m.end(output=False)


@model
def phi3_window(name):
    """A window that llama.cpp does not mind, part of a head turns (Phi 4 mini), tied output."""
    m = Model(name, "phi3", attention__sliding_window=6, rope__dimension_count=6)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "ffn_norm", 32)
        m.mat(b + "attn_qkv", 32, 64); m.mat(b + "attn_output", 32, 32)
        m.mat(b + "ffn_up", 32, 96); m.mat(b + "ffn_down", 48, 32)
    return m.end(output=False)


@model
def gptneox_serial(name):
    """Sub-layers one after the other."""
    m = Model(name, "gptneox", kv=4, rms=False, use_parallel_residual=False, rope__dimension_count=4)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32, bias=True); m.norm(b + "ffn_norm", 32, bias=True)
        m.mat(b + "attn_qkv", 32, 96, bias=True); m.mat(b + "attn_output", 32, 32, bias=True)
        m.ffn(b, gate=False, bias=True)
    return m.end()


@model
def stablelm_12b(name):
    """Parallel sub-layers, norms of q and k for each head."""
    m = Model(name, "stablelm", rms=False, use_parallel_residual=True, rope__dimension_count=4)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32, bias=True)
        m.qkv(b, 8)
        m.put(b + "attn_q_norm.weight", 8, 4, mean=1, scale=0.2); m.put(b + "attn_k_norm.weight", 8, 2, mean=1, scale=0.2)
        m.ffn(b)
    return m.end()


@model
def command_r_plus(name):
    """Norms of q and k for each head; llama.cpp knows it by its 64 layers."""
    m = Model(name, "command-r", layers=64, width=8, heads=2, kv=1, ff=8, rms=False, logit_scale=0.8)
    for il in range(64):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 8)
        m.qkv(b, 4)
        m.put(b + "attn_q_norm.weight", 4, 2, mean=1, scale=0.2); m.put(b + "attn_k_norm.weight", 4, 1, mean=1, scale=0.2)
        m.ffn(b)
    m.end(output=False)
    del m.tensors["output_norm.bias"]
    return m


@model
def llama_heads(name):
    """Heads wider than n_embd / heads (Mistral Nemo)."""
    m = Model(name, "llama", heads=3, kv=1, width=30, attention__key_length=16, attention__value_length=16)
    return layers(m, 16).end()


@model
def hunyuan_heads(name):
    """Heads wider than n_embd / heads."""
    m = Model(name, "hunyuan-dense", heads=3, kv=1, width=30, attention__key_length=16, attention__value_length=16)
    return layers(m, 16, norm=16).end(output=False)


@model
def granite_bare(name):
    """No RoPE, and of the multipliers only that of logits."""
    m = Model(name, "granite", layers=3, logit_scale=3.0, rope__scaling__finetuned=False)
    return layers(m, 8).end(output=False)


@model
def granitemoe_shared(name):
    """A shared expert beside the others."""
    m = Model(name, "granitemoe", ff=12, embedding_scale=6.0, residual_scale=0.4, logit_scale=4.0, attention__scale=0.2,
              **moe(expert_shared_feed_forward_length=20))
    return layers(m, 8, sparse(m, 5, 12, shared=20)).end(output=False)


# ---- architectures with no other model ---------------------------------------------------------

@model
def granitehybrid(name):
    """Granite 4: Mamba 2, and attention where a layer has key heads; experts, a shared one; no RoPE."""
    m = Model(name, "granitehybrid", layers=4, ff=12, attention__head_count_kv=[0, 2, 0, 0], embedding_scale=6.0, residual_scale=0.4, logit_scale=4.0,
              attention__scale=0.2, rope__scaling__finetuned=False, **ssm(groups=1), **moe(expert_shared_feed_forward_length=20))
    for il in range(4):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "ffn_norm", 32)
        m.qkv(b, 8) if il == 1 else mamba2_layer(m, b, groups=1)
        sparse(m, 5, 12, shared=20)(b, il)
    return m.end(output=False)


@model
def granitehybrid_dense(name):
    """Granite 4 Micro: no experts, RoPE."""
    m = Model(name, "granitehybrid", layers=3, attention__head_count_kv=[0, 2, 0], embedding_scale=6.0, residual_scale=0.4, logit_scale=4.0,
              attention__scale=0.2, **ssm())
    for il in range(3):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "ffn_norm", 32)
        m.qkv(b, 8) if il == 1 else mamba2_layer(m, b)
        m.ffn(b)
    return m.end(output=False)


@model
def falcon_h1(name):
    """Mamba 2 and attention side by side in every layer."""
    m = Model(name, "falcon-h1", attention__key_length=12, attention__value_length=12, rope__freq_base=1e6, **ssm())
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32)
        m.put(b + "ffn_norm", 32, mean=1, scale=0.2)
        m.qkv(b, 12)
        mamba2_layer(m, b, norm=il == 1)
        m.ffn(b)
    return m.end()


@model
def nemotron_h(name):
    """One sub-layer to a layer: Mamba 2, attention without RoPE, or a squared ReLU."""
    m = Model(name, "nemotron_h", layers=5, attention__head_count_kv=[0, 0, 2, 0, 0], ff=None,
              feed_forward_length=[0, 48, 0, 0, 48], attention__key_length=8, attention__value_length=8, attention__layer_norm_epsilon=1e-5, **ssm())
    for il in range(5):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32)
        if il == 2:
            m.qkv(b, 8)
        elif il in (1, 4):
            m.ffn(b, 48, gate=False)
        else:
            mamba2_layer(m, b)
    return m.end()


@model
def nemotron_h_moe(name):
    """Nemotron 3: squared ReLUs of experts and of a shared one, without gates; chosen by a sigmoid and a bias."""
    m = Model(name, "nemotron_h_moe", layers=4, attention__head_count_kv=[0, 0, 2, 0], ff=None,
              feed_forward_length=[0, 12, 0, 12], attention__key_length=8, attention__value_length=8, attention__layer_norm_epsilon=1e-5,
              expert_shared_count=1, expert_shared_feed_forward_length=20, expert_weights_norm=True, expert_weights_scale=2.5, expert_gating_func=2,
              **ssm(), **moe(expert_feed_forward_length=12))
    for il in range(4):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32)
        if il == 2:
            m.qkv(b, 8)
        elif il in (1, 3):
            m.experts(b, 5, 12, choose=True, gate=False)
            m.ffn(b, 20, "_shexp", gate=False)
        else:
            mamba2_layer(m, b)
    return m.end()


@model
def olmoe(name):
    """Norms of whole rows of q and k, factors of experts as they are."""
    m = Model(name, "olmoe", kv=4, ff=12, **moe())
    return layers(m, 8, sparse(m, 5, 12), norm=32).end()


@model
def internlm2(name):
    """The plain layer."""
    return layers(Model(name, "internlm2", rope__freq_base=1e6), 8).end()


@model
def minicpm(name):
    """Multipliers that files of the old kind do not say."""
    return layers(Model(name, "minicpm", layers=3), 8).end(output=False)


@model
def minicpm_keys(name):
    """Multipliers that the file says."""
    return layers(Model(name, "minicpm", embedding_scale=5.0, residual_scale=0.7, logit_scale=2.0), 8).end(output=False)


@model
def arcee(name):
    """Squared ReLU without a gate."""
    m = Model(name, "arcee", attention__key_length=12, attention__value_length=12)
    return layers(m, 12, lambda b, il: m.ffn(b, gate=False)).end()


@model
def dots1(name):
    """Norms of q and k, experts by a sigmoid and a bias, two shared ones."""
    m = Model(name, "dots1", layers=3, kv=4, leading_dense_block_count=1, expert_gating_func=2, expert_weights_norm=True, expert_weights_scale=2.5,
              expert_shared_count=2, **moe(expert_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=24, dense=1, choose=True), norm=8).end()


@model
def ernie45_moe(name):
    """Experts behind the first layer, chosen by a bias."""
    m = Model(name, "ernie4_5-moe", layers=3, leading_dense_block_count=1, interleave_moe_layer_step=1, expert_shared_feed_forward_length=24,
              expert_shared_count=2, **moe(expert_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=24, dense=1, choose=True)).end(output=False)


@model
def hunyuan_moe(name):
    """Norms behind RoPE, experts and a shared one."""
    m = Model(name, "hunyuan-moe", ff=12, expert_shared_feed_forward_length=20, expert_shared_count=1, **moe(5, 3, expert_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=20), norm=8).end()


@model
def bailingmoe(name):
    """Ling: experts, two shared ones, wide heads."""
    m = Model(name, "bailingmoe", attention__key_length=12, attention__value_length=12, rope__dimension_count=12, leading_dense_block_count=0,
              expert_shared_count=2, expert_weights_norm=True, expert_weights_scale=1.0, **moe(expert_feed_forward_length=12))
    return layers(m, 12, sparse(m, 5, 12, shared=24)).end()


@model
def bailingmoe2(name):
    """Ling 2: experts by a sigmoid and a bias in groups, q, k and v in one tensor, part of a head turns."""
    m = Model(name, "bailingmoe2", layers=3, rope__dimension_count=4, leading_dense_block_count=1, expert_shared_count=1, expert_weights_norm=True,
              expert_weights_scale=2.5, expert_gating_func=2, expert_group_count=4, expert_group_used_count=2, **moe(8, 2, expert_feed_forward_length=12))
    layers(m, 8, sparse(m, 8, 12, shared=12, dense=1, choose=True), norm=8)
    for il in range(3):
        b = f"blk.{il}.attn_"
        m.tensors[b + "qkv.weight"] = np.concatenate([m.tensors.pop(b + t + ".weight") for t in "qkv"])
    return m.end()


@model
def deepseek(name):
    """The first: plain attention, dense layers first, two shared experts."""
    m = Model(name, "deepseek", layers=3, kv=4, leading_dense_block_count=1, expert_shared_count=2, expert_weights_scale=1.0, **moe(expert_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=24, dense=1)).end()


@model
def exaone(name):
    """EXAONE 3: the plain layer."""
    return layers(Model(name, "exaone", rope__freq_base=1e6), 8).end()


@model
def baichuan(name):
    """7B, by its 32 layers: RoPE."""
    return layers(Model(name, "baichuan", layers=32, width=12, heads=3, kv=3, ff=16), 4).end()


@model
def baichuan_13b(name):
    """By its 40 layers: ALiBi."""
    return layers(Model(name, "baichuan", layers=40, width=12, heads=3, kv=3, ff=16), 4).end()


@model
def exaone_moe(name):
    """K-EXAONE: windows of three layers in four, RoPE in these alone, experts behind the first layer."""
    m = Model(name, "exaone-moe", layers=4, attention__sliding_window=6, attention__sliding_window_pattern=[True, True, True, False],
              leading_dense_block_count=1, expert_shared_count=1, expert_gating_func=2, expert_weights_norm=True, expert_weights_scale=2.5,
              nextn_predict_layers=0, **moe(expert_feed_forward_length=12, expert_shared_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=12, dense=1, choose=True), norm=8).end()


@model
def jamba(name):
    """Mamba 1 with norms of its parts, attention without RoPE, experts in every other layer."""
    m = Model(name, "jamba", layers=3, ff=24, attention__head_count_kv=[0, 2, 0], ssm__conv_kernel=4, ssm__inner_size=64, ssm__state_size=8,
              ssm__time_step_rank=6, **moe())
    for il in range(3):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "ffn_norm", 32)
        if il == 1:
            m.qkv(b, 8)
        else:
            m.mat(b + "ssm_in", 32, 128); m.mat(b + "ssm_conv1d", 4, 64, bias=True); m.mat(b + "ssm_x", 64, 6 + 16)
            m.norm(b + "ssm_dt_norm", 6); m.norm(b + "ssm_b_norm", 8); m.norm(b + "ssm_c_norm", 8)
            m.mat(b + "ssm_dt", 6, 64, bias=True)
            m.put(b + "ssm_a", 8, 64, mean=-1.5, scale=0.3); m.put(b + "ssm_d", 64)
            m.mat(b + "ssm_out", 64, 32)
        sparse(m, 5, 24)(b, il) if il % 2 else m.ffn(b)
    return m.end()


@model
def xverse(name):
    """The plain layer."""
    return layers(Model(name, "xverse", kv=4), 8).end()


@model
def orion(name):
    """Layer norms."""
    return layers(Model(name, "orion", rms=False), 8, norm_bias=True).end()


@model
def minimax_m2(name):
    """Norms of whole rows, part of a head turns, experts by a sigmoid and a bias."""
    m = Model(name, "minimax-m2", heads=4, ff=12, attention__key_length=12, attention__value_length=12, rope__dimension_count=6, expert_gating_func=2,
              **moe(expert_feed_forward_length=12))
    layers(m, 12, sparse(m, 5, 12, choose=True))
    for il in range(2):
        m.norm(f"blk.{il}.attn_q_norm", 48); m.norm(f"blk.{il}.attn_k_norm", 24)
    return m.end()


@model
def qwen2vl(name):
    """The text of Qwen2-VL and Qwen2.5-VL."""
    return layers(Model(name, "qwen2vl", rope__dimension_sections=[1, 1, 2, 0]), 8, bias=True).end(output=False)


@model
def qwen3vl(name):
    """The text of Qwen3-VL."""
    m = Model(name, "qwen3vl", rope__dimension_sections=[2, 1, 1, 0], n_deepstack_layers=0, attention__key_length=12, attention__value_length=12)
    return layers(m, 12, norm=12).end(output=False)


@model
def qwen3vlmoe(name):
    """The text of Qwen3-VL with experts."""
    m = Model(name, "qwen3vlmoe", rope__dimension_sections=[2, 1, 1, 0], n_deepstack_layers=0, attention__key_length=12, attention__value_length=12,
              **moe(expert_feed_forward_length=12))
    return layers(m, 12, sparse(m, 5, 12), norm=12).end()


@model
def stablelm_serial(name):
    """3B: the file says that it is parallel, and yet it has norms before both sub-layers; biases nowhere but at norms."""
    m = Model(name, "stablelm", kv=4, rms=False, rope__dimension_count=2, use_parallel_residual=True)
    return layers(m, 8, norm_bias=True).end()


@model
def qwen2_bare(name):
    """Biases neither on q, k nor v."""
    return layers(Model(name, "qwen2", heads=2, kv=1), 16).end()


@model
def seed_oss_bare(name):
    """Biases neither on q, k nor v, heads wider than n_embd / heads."""
    m = Model(name, "seed_oss", attention__key_length=12, attention__value_length=12)
    return layers(m, 12, norms=("attn_norm", "post_attention_norm")).end(output=False)


@model
def glm4moe_bare(name):
    """No biases, no norms of q and k, and no keys that say how experts are weighted."""
    m = Model(name, "glm4moe", layers=3, rope__dimension_count=4, leading_dense_block_count=1, **moe(expert_shared_count=1, expert_feed_forward_length=12))
    return layers(m, 8, sparse(m, 5, 12, shared=12, dense=1, choose=True), norms=("attn_norm", "post_attention_norm")).end()


@model
def glm4_sees(name):
    """The text of GLM-4.1V: sections of RoPE, whose pairs lie apart."""
    m = Model(name, "glm4", attention__key_length=12, attention__value_length=12, rope__dimension_count=6, rope__dimension_sections=[1, 1, 1, 0])
    for il in range(2):
        b = f"blk.{il}."
        for n in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            m.norm(b + n, 32)
        m.qkv(b, 12, bias=True)
        m.mat(b + "ffn_up", 32, 96); m.mat(b + "ffn_down", 48, 32)
    return m.end()


@model
def minicpm_long(name):
    """MiniCPM 4: RoPE factors for short and long contexts, and the scaling's name."""
    m = Model(name, "minicpm", rope__scaling__type="longrope", rope__scaling__original_context_length=128, rope__scaling__attn_factor=1.2,
              embedding_scale=6.0, residual_scale=0.4, logit_scale=2.0)
    m.put("rope_factors_long.weight", 4, mean=3, scale=0.5); m.put("rope_factors_short.weight", 4, mean=1.5, scale=0.2)
    return layers(m, 8).end()


@model
def phi3_partial(name):
    """Phi 4 mini: part of a head turns, tied output."""
    m = Model(name, "phi3", kv=1, rope__dimension_count=6, rope__scaling__original_context_length=64, rope__scaling__attn_factor=1.19)
    m.put("rope_factors_long.weight", 3, mean=3, scale=0.5); m.put("rope_factors_short.weight", 3, mean=1.2, scale=0.1)
    for il in range(2):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32); m.norm(b + "ffn_norm", 32)
        m.mat(b + "attn_qkv", 32, 48); m.mat(b + "attn_output", 32, 32)
        m.mat(b + "ffn_up", 32, 96); m.mat(b + "ffn_down", 48, 32)
    return m.end(output=False)


@model
def nemotron_bias(name):
    """Biases everywhere, RoPE stretched."""
    m = Model(name, "nemotron", kv=1, rms=False, rope__dimension_count=4, rope__scaling__type="linear", rope__scaling__factor=3.0)
    return layers(m, 8, lambda b, il: m.ffn(b, gate=False, bias=True), bias=True, out_bias=True, norm_bias=True).end()


@model
def mistral3_moe(name):
    """Queries that grow from the ninth position on, experts, YaRN with a multiplier."""
    m = Model(name, "mistral3", ff=16, attention__temperature_scale=0.3, rope__scaling__type="yarn", rope__scaling__factor=4.0,
              rope__scaling__original_context_length=8, rope__scaling__yarn_log_multiplier=1.0, attention__key_length=12, attention__value_length=12,
              rope__dimension_count=12, **moe(4, 2))
    return layers(m, 12, sparse(m, 4, 16)).end()


@model
def mamba_sizes(name):
    """Other ranks, states and taps; norms of the parts, as Falcon Mamba has them."""
    m = Model(name, "mamba", layers=3, heads=0, kv=0, ff=0, ssm__conv_kernel=3, ssm__inner_size=64, ssm__state_size=5, ssm__time_step_rank=3,
              ssm__dt_b_c_rms=True)
    for il in range(3):
        b = f"blk.{il}."
        m.norm(b + "attn_norm", 32)
        m.mat(b + "ssm_in", 32, 128); m.mat(b + "ssm_conv1d", 3, 64, bias=True); m.mat(b + "ssm_x", 64, 3 + 10); m.mat(b + "ssm_dt", 3, 64, bias=True)
        m.put(b + "ssm_a", 5, 64, mean=-1.5, scale=0.3); m.put(b + "ssm_d", 64); m.mat(b + "ssm_out", 64, 32)
    return m.end(output=False)


@model
def smollm3_nine(name):
    """Two layers without RoPE, and one behind them."""
    return layers(Model(name, "smollm3", layers=9, width=16, heads=2, kv=1, ff=24), 8).end(output=False)


@model
def cohere2_thirds(name):
    """Two windowed layers to one full."""
    m = Model(name, "cohere2", layers=6, width=16, heads=2, kv=1, ff=24, rms=False, attention__sliding_window=6, attention__sliding_window_pattern=3,
              logit_scale=0.3)
    m.rms = True  # norms have no biases
    return layers(m, 8, norms=("attn_norm",)).end(output=False)


# ---- llama.cpp ---------------------------------------------------------------------------------

class ModelParams(C.Structure):
    _fields_ = [("devices", C.c_void_p), ("overrides", C.c_void_p), ("n_gpu_layers", C.c_int32), ("split_mode", C.c_int), ("load_mode", C.c_int),
                ("lazy_mode", C.c_int), ("main_gpu", C.c_int32), ("tensor_split", C.c_void_p), ("progress", C.c_void_p), ("progress_data", C.c_void_p),
                ("kv_overrides", C.c_void_p), ("flags", C.c_bool * 6)]


class ContextParams(C.Structure):
    _fields_ = [("n_ctx", C.c_uint32), ("n_batch", C.c_uint32), ("n_ubatch", C.c_uint32), ("n_seq_max", C.c_uint32), ("n_rs_seq", C.c_uint32),
                ("n_outputs_max", C.c_uint32), ("n_outputs_max_per_seq", C.c_uint32), ("n_threads", C.c_int32), ("n_threads_batch", C.c_int32),
                ("ctx_type", C.c_int), ("rope_scaling", C.c_int), ("pooling", C.c_int), ("attention", C.c_int), ("flash_attn", C.c_int),
                ("rope", C.c_float * 6), ("yarn_orig_ctx", C.c_uint32), ("defrag", C.c_float), ("cb_eval", C.c_void_p), ("cb_data", C.c_void_p),
                ("type_k", C.c_int), ("type_v", C.c_int), ("abort", C.c_void_p), ("abort_data", C.c_void_p), ("flags", C.c_bool * 6),
                ("samplers", C.c_void_p), ("n_samplers", C.c_size_t), ("ctx_other", C.c_void_p)]


class Batch(C.Structure):
    _fields_ = [("n_tokens", C.c_int32), ("token", C.POINTER(C.c_int32)), ("embd", C.c_void_p), ("pos", C.POINTER(C.c_int32)),
                ("n_seq_id", C.POINTER(C.c_int32)), ("seq_id", C.POINTER(C.POINTER(C.c_int32))), ("logits", C.POINTER(C.c_int8))]


def logits(libs, path, tokens):
    """llama.cpp's logits of one pass over the tokens, in F32 throughout."""
    lib = lambda name: C.CDLL(glob.glob(os.path.join(libs, name))[0], mode=C.RTLD_GLOBAL)
    lib("libggml-base*.so"); ggml = lib("libggml.v*.so"); llama = lib("libllama.v*.so")

    def f(name, result, *args):
        g = getattr(llama, name); g.restype, g.argtypes = result, args; return g

    P = C.c_void_p
    LOG = C.CFUNCTYPE(None, C.c_int, C.c_char_p, P)
    log = LOG(lambda level, text, _: sys.stderr.write(text.decode(errors="replace")) if "-v" in sys.argv or level == 4 else None)
    f("llama_log_set", None, LOG, P)(log, None)
    ggml.ggml_backend_load_all_from_path.argtypes = [C.c_char_p]
    ggml.ggml_backend_load_all_from_path(libs.encode())
    f("llama_backend_init", None)()
    mp = f("llama_model_default_params", ModelParams)()
    mp.n_gpu_layers = 0
    loaded = f("llama_model_load_from_file", P, C.c_char_p, ModelParams)(path.encode(), mp)
    if not loaded:
        sys.exit(path + ": llama.cpp cannot load it")
    cp = f("llama_context_default_params", ContextParams)()
    cp.n_ctx, cp.n_batch, cp.n_ubatch, cp.n_threads, cp.n_threads_batch = 256, 256, 256, 1, 1
    cp.flash_attn, cp.type_k, cp.type_v = 0, 0, 0
    context = f("llama_init_from_model", P, P, ContextParams)(loaded, cp)
    n = len(tokens)
    batch = f("llama_batch_init", Batch, C.c_int32, C.c_int32, C.c_int32)(n, 0, 1)
    batch.n_tokens = n
    for i, token in enumerate(tokens):
        batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = token, i, 1, 1
        batch.seq_id[i][0] = 0
    if f("llama_decode", C.c_int32, P, Batch)(context, batch):
        sys.exit(path + ": llama_decode failed")
    row = f("llama_get_logits_ith", C.POINTER(C.c_float), P, C.c_int32)
    return np.array([row(context, i)[:VOCAB] for i in range(n)], dtype=np.float64)


def make(libs, name):
    made = MODELS[name](name)
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "model.gguf")
    made.write(path)
    tokens = [int(t) for t in np.random.default_rng(7).integers(2, VOCAB, TOKENS)]
    rows = logits(libs, path, tokens)
    digits = lambda x: float(f"{x:.7g}")
    positions = []
    for pos, row in enumerate(rows):
        top = [int(i) for i in np.argsort(-row)[:8]]
        total = row.max() + np.log(np.exp(row - row.max()).sum())
        positions.append({"pos": pos, "logsumexp": digits(total), "argmax": top[0], "top": [[i, digits(row[i])] for i in top]})
    golden = {"arch": made.arch, "what": (MODELS[name].__doc__ or name).strip(), "tokens": tokens, "logits_std": digits(rows.std()),
              "positions": positions, "logits_last": [digits(x) for x in rows[-1]]}
    with open(os.path.join(folder, "golden.json"), "w") as out:
        json.dump(golden, out, separators=(",", ":"))
        out.write("\n")
    print(f"{name}: {os.path.getsize(path) // 1024} kB, logits' std {rows.std():.3f}")


if __name__ == "__main__":
    args = [a for a in sys.argv[1:] if a != "-v"]
    if "--list" in args or not args:
        sys.exit("\n".join(MODELS) if "--list" in args else __doc__)
    if len(args) == 2:
        make(args[0], args[1])
    else:  # a process each: one that llama.cpp refuses ends its own
        failed = [n for n in args[1:] or MODELS if subprocess.run([sys.executable, __file__, args[0], n] + ["-v"] * ("-v" in sys.argv)).returncode]
        sys.exit("failed: " + ", ".join(failed) if failed else 0)
