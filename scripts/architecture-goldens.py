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
