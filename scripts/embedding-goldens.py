#!/usr/bin/env python3
"""Writes testdata/embeddings: tiny embedding and reranking models with random weights from a fixed seed, and what llama.cpp makes of some texts with
them. Runs llama.cpp through its C API, in the prebuilt libraries of the npm package @node-llama-cpp/linux-x64 (release v0.5.0).
Needs: pip install gguf numpy

  embedding-goldens.py --libs FOLDER_OF_LIBRARIES [--out testdata/embeddings] [--only NAME,...] [--check] [-v]
"""
import argparse, ctypes as C, glob, json, os, sys
import gguf, numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
TESTDATA = os.path.join(HERE, "../testdata")
p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--libs", required=True)
p.add_argument("--out", default=os.path.join(TESTDATA, "embeddings"))
p.add_argument("--only", default="")
p.add_argument("--check", action="store_true", help="write nothing: compute the goldens that are there once more, in NumPy")
p.add_argument("-v", action="store_true")
a = p.parse_args()

# ---- the vocabularies

CONTROL, NORMAL, UNKNOWN = 3, 1, 2
WORDS = ("the a of and in to is it was for on are with his they at be this from have by hot but some what there we can out other were all your when up use "
         "word how said an each she which do their time if will way about many then them would write like so these her long make thing see him two has look more "
         "day could go come did my sound no most number who over know water than call first people may down side been now find cat sat mat hello world good").split()
PIECES = "ing ed er s ly tion est ness re un es th on an en".split()
RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
CHARS = "abcdefghijklmnopqrstuvwxyz0123456789"
SIGNS = ".,!?'-:()"


def wpm(w, **more):
    """BERT's WordPiece as GGUF has it: starts of words carry a ▁, the rest of words nothing."""
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokens += ["▁" + x for x in SIGNS] + ["▁" + c for c in CHARS] + list(CHARS) + ["▁" + c for c in RUSSIAN] + list(RUSSIAN)
    tokens += ["▁привет", "▁мир", "▁😀"] + ["▁" + x for x in WORDS if len(x) > 1] + [x for x in PIECES if len(x) > 1]
    tokens = list(dict.fromkeys(tokens))
    w.add_tokenizer_model("bert"); w.add_tokenizer_pre("default"); w.add_token_list(tokens)
    w.add_token_types([CONTROL] * 5 + [NORMAL] * (len(tokens) - 5))
    w.add_token_type_count(more.get("types", 2))
    w.add_uint32("tokenizer.ggml.padding_token_id", 0); w.add_uint32("tokenizer.ggml.unknown_token_id", 1); w.add_uint32("tokenizer.ggml.bos_token_id", 2)
    w.add_uint32("tokenizer.ggml.cls_token_id", 2); w.add_uint32("tokenizer.ggml.seperator_token_id", 3); w.add_uint32("tokenizer.ggml.mask_token_id", 4)
    flags(w, more)
    return len(tokens)


def ugm(w, **more):
    """XLM-RoBERTa's Unigram, "t5" in GGUF."""
    tokens = ["<s>", "<pad>", "</s>", "<unk>", "▁"] + list(SIGNS + CHARS + RUSSIAN + "THGП") + ["▁" + x for x in WORDS if x != "a"] + ["▁a", "▁привет", "▁мир", "😀"] + PIECES
    tokens = list(dict.fromkeys(tokens))
    scores = [0.0, 0.0, 0.0, 0.0] + [-3.0 - 0.01 * i - (4.0 if len(t) == 1 and t != "▁" else 0.0) for i, t in enumerate(tokens[4:])]
    w.add_tokenizer_model("t5"); w.add_tokenizer_pre("default"); w.add_token_list(tokens); w.add_token_scores(scores)
    w.add_token_types([CONTROL, CONTROL, CONTROL, UNKNOWN] + [NORMAL] * (len(tokens) - 4))
    w.add_token_type_count(more.get("types", 1))
    w.add_add_space_prefix(True); w.add_bool("tokenizer.ggml.remove_extra_whitespaces", True)
    for key, id in (("bos", 0), ("padding", 1), ("eos", 2), ("unknown", 3), ("seperator", 2), ("cls", 0)):
        w.add_uint32(f"tokenizer.ggml.{key}_token_id", id)
    flags(w, {"add_bos": True, "add_eos": True, **more})
    return len(tokens)


def borrowed(w, folder, limit=384, pre=None, **more):
    """The tokenizer of a model of testdata/architectures."""
    fields = gguf.GGUFReader(os.path.join(TESTDATA, "architectures", folder, "model.gguf")).fields
    get = lambda key: fields["tokenizer.ggml." + key].contents() if "tokenizer.ggml." + key in fields else None
    w.add_tokenizer_model(get("model")); w.add_tokenizer_pre(pre or get("pre")); w.add_token_list(get("tokens")[:limit]); w.add_token_types(get("token_type")[:limit])
    if get("scores"):
        w.add_token_scores(get("scores")[:limit])
    if get("merges"):
        w.add_token_merges(get("merges"))
    for key in ("bos", "eos", "unknown", "padding"):
        if get(key + "_token_id") is not None:
            w.add_uint32(f"tokenizer.ggml.{key}_token_id", get(key + "_token_id"))
    if get("add_space_prefix") is not None:
        w.add_add_space_prefix(get("add_space_prefix"))
    if "sep" in more:
        w.add_uint32("tokenizer.ggml.seperator_token_id", more["sep"])
    flags(w, more)
    return len(get("tokens")[:limit])


def flags(w, more):
    for name in ("add_bos", "add_eos", "add_sep"):
        if name in more:
            w.add_bool(f"tokenizer.ggml.{name}_token", more[name])


bpe = lambda w, **more: borrowed(w, "llama", **more)
spm = lambda w, **more: borrowed(w, "gemma2", **more)

# ---- the models


class Model:
    """A file being written; its tensors are random, drawn in the order in which they are asked for."""

    def __init__(self, name, arch, seed, kind=None, **keys):
        self.folder = os.path.join(a.out, name); os.makedirs(self.folder, exist_ok=True)
        self.path = os.path.join(self.folder, "model.gguf"); self.arch = arch; self.kind = kind
        self.w = gguf.GGUFWriter(self.path, arch); self.w.add_name(name)
        self.random = np.random.default_rng(seed)
        self.n = keys["embedding_length"]; self.ff = keys["feed_forward_length"]; self.layers = keys["block_count"]
        for key, value in keys.items():
            key = f"{arch}." + key
            if isinstance(value, bool): self.w.add_bool(key, value)
            elif isinstance(value, int): self.w.add_uint32(key, value)
            elif isinstance(value, float): self.w.add_float32(key, value)
            elif isinstance(value, str): self.w.add_string(key, value)
            else: self.w.add_array(key, value)

    def matrix(self, name, n_in, n_out, gain=1.0, experts=None):
        shape = (n_out, n_in) if experts is None else (experts, n_out, n_in)
        x = (self.random.standard_normal(shape) * gain / np.sqrt(n_in)).astype(np.float32)
        small = "position" in name or "types" in name  # f32 in real files
        if self.kind == "F16" and not small:
            self.w.add_tensor(name + ".weight", x.astype(np.float16))
        elif self.kind == "Q8_0" and n_in % 32 == 0 and not small:
            q = gguf.quants.quantize(x, gguf.GGMLQuantizationType.Q8_0)
            self.w.add_tensor(name + ".weight", q, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
        else:
            self.w.add_tensor(name + ".weight", x)

    def table(self, name, rows, spread=1.0):
        self.matrix(name, self.n, rows, gain=spread * np.sqrt(self.n))

    def vector(self, name, n, middle=0.0, spread=0.3):
        self.w.add_tensor(name, (middle + spread * self.random.standard_normal(n)).astype(np.float32))

    def norm(self, name, n=None, bias=False):
        self.vector(name + ".weight", n or self.n, 1.0, 0.2)
        if bias:
            self.vector(name + ".bias", n or self.n)

    def linear(self, name, n_in, n_out, bias=False, gain=1.0):
        self.matrix(name, n_in, n_out, gain)
        if bias:
            self.vector(name + ".bias", n_out)

    def close(self):
        self.w.write_header_to_file(); self.w.write_kv_data_to_file(); self.w.write_tensors_to_file(); self.w.close()


def keys(n=32, ff=64, layers=3, heads=4, context=64, **more):
    return {"context_length": context, "embedding_length": n, "feed_forward_length": ff, "block_count": layers, "attention.head_count": heads, **more}


def bert(name, seed, tokenizer, arch="bert", fused=False, bias=True, gate=False, positions=True, types=2, qk_norm=False, norm2=False, geglu=False, moe=0,
         experts=4, head=None, labels=None, kind=None, tokens={}, **more):
    """The family that norms after every step: bert, nomic-bert, nomic-bert-moe, jina-bert-v2."""
    k = keys(**{"attention.layer_norm_epsilon": 1e-5, "attention.causal": False, **more})
    m = Model(name, arch, seed, kind, **k); n, ff = m.n, m.ff
    vocab = tokenizer(m.w, types=types, **tokens)
    if labels:
        m.w.add_array(f"{arch}.classifier.output_labels", labels)
    m.table("token_embd", vocab)
    m.table("token_types", types, 0.5)
    if positions:
        m.table("position_embd", k["context_length"], 0.7)
    m.norm("token_embd_norm", bias=True)
    for i in range(m.layers):
        b = f"blk.{i}."
        if fused:
            m.linear(b + "attn_qkv", n, 3 * n, bias, 1.4)
        else:
            for x, gain in (("q", 1.4), ("k", 1.4), ("v", 2.0)):
                m.linear(b + "attn_" + x, n, n, bias, gain)
        if qk_norm:
            m.norm(b + "attn_q_norm", bias=True); m.norm(b + "attn_k_norm", bias=True)
        m.linear(b + "attn_output", n, n, bias); m.norm(b + "attn_output_norm", bias=True)
        if norm2:
            m.norm(b + "attn_norm_2", bias=True)
        if moe and i % moe == 1:
            m.matrix(b + "ffn_gate_inp", n, experts)
            m.matrix(b + "ffn_up_exps", n, ff, experts=experts); m.matrix(b + "ffn_down_exps", ff, n, 2.0, experts=experts)
        else:
            m.linear(b + "ffn_up", n, 2 * ff if geglu else ff, bias and not gate)
            if gate:
                m.linear(b + "ffn_gate", n, ff)
            m.linear(b + "ffn_down", ff, n, bias, 2.0)
        m.norm(b + "layer_output_norm", bias=True)
    heads_of(m, head, len(labels or [1]))
    m.close()


def heads_of(m, head, n_labels):
    for part in (head or "").split():
        if part == "cls": m.linear("cls", m.n, m.n, m.arch == "bert")
        elif part == "cls1": m.linear("cls", m.n, 1, True, 0.7)
        elif part == "norm": m.norm("cls.norm")
        elif part == "output": m.linear("cls.output", m.n, n_labels, m.arch != "qwen3")


def gemma(name, seed, dense=0, kind=None, **more):
    k = keys(**{"attention.head_count": 4, "attention.head_count_kv": 2, "attention.key_length": 16, "attention.value_length": 16, "attention.layer_norm_rms_epsilon": 1e-6,
                "attention.sliding_window": 9, "attention.sliding_window_pattern": 2, "rope.freq_base": 1000000.0, "rope.freq_base_swa": 10000.0, "pooling_type": 1, **more})
    if dense:
        k |= {"dense_2_feat_in": k["embedding_length"], "dense_2_feat_out": dense, "dense_3_feat_in": dense, "dense_3_feat_out": k["embedding_length"]}
    m = Model(name, "gemma-embedding", seed, kind, **k); n, ff, q = m.n, m.ff, k["attention.head_count"] * 16; kv = k["attention.head_count_kv"] * 16
    m.table("token_embd", spm(m.w, limit=330, add_bos=True, add_eos=True), 0.3)
    m.norm("output_norm")
    for i in range(m.layers):
        b = f"blk.{i}."
        m.norm(b + "attn_norm"); m.linear(b + "attn_q", n, q); m.linear(b + "attn_k", n, kv); m.linear(b + "attn_v", n, kv); m.linear(b + "attn_output", q, n)
        m.norm(b + "attn_q_norm", 16); m.norm(b + "attn_k_norm", 16); m.norm(b + "post_attention_norm"); m.norm(b + "ffn_norm")
        m.linear(b + "ffn_gate", n, ff, gain=1.4); m.linear(b + "ffn_up", n, ff); m.linear(b + "ffn_down", ff, n); m.norm(b + "post_ffw_norm")
    if dense:
        m.linear("dense_2", n, dense); m.linear("dense_3", dense, n)
    m.close()


def decoder(name, seed, arch, kind=None, head=None, labels=None, template=None, tokens={}, **more):
    """qwen3 and llama."""
    k = keys(**{"attention.head_count_kv": 2, "attention.key_length": 16, "attention.value_length": 16, "attention.layer_norm_rms_epsilon": 1e-6, "rope.freq_base": 10000.0,
                "context_length": 128, "block_count": 2, **more})
    m = Model(name, arch, seed, kind, **k); n, ff, q = m.n, m.ff, k["attention.head_count"] * 16; kv = k["attention.head_count_kv"] * 16
    m.table("token_embd", bpe(m.w, **tokens))
    if labels:
        m.w.add_array(f"{arch}.classifier.output_labels", labels)
    if template:
        m.w.add_string("tokenizer.chat_template.rerank", template)
    m.norm("output_norm")
    for i in range(m.layers):
        b = f"blk.{i}."
        m.norm(b + "attn_norm"); m.linear(b + "attn_q", n, q, gain=1.4); m.linear(b + "attn_k", n, kv, gain=1.4); m.linear(b + "attn_v", n, kv); m.linear(b + "attn_output", q, n)
        if arch == "qwen3":
            m.norm(b + "attn_q_norm", 16); m.norm(b + "attn_k_norm", 16)
        m.norm(b + "ffn_norm"); m.linear(b + "ffn_gate", n, ff); m.linear(b + "ffn_up", n, ff); m.linear(b + "ffn_down", ff, n)
    heads_of(m, head, len(labels or [1]))
    m.close()


def modern(name, seed, head=None, labels=None, kind=None, tokens={}, **more):
    k = keys(**{"attention.layer_norm_epsilon": 1e-5, "attention.causal": False, "block_count": 4, "attention.sliding_window": 10, "attention.sliding_window_pattern": 3,
                "rope.freq_base": 160000.0, "rope.freq_base_swa": 10000.0, **more})
    m = Model(name, "modern-bert", seed, kind, **k); n, ff = m.n, m.ff
    vocab = bpe(m.w, **{"add_bos": True, "add_eos": True, "sep": 1, **tokens})
    if labels:
        m.w.add_array("modern-bert.classifier.output_labels", labels)
    m.table("token_embd", vocab); m.norm("token_embd_norm"); m.norm("output_norm")
    for i in range(m.layers):
        b = f"blk.{i}."
        if i:
            m.norm(b + "attn_norm")
        m.linear(b + "attn_qkv", n, 3 * n, gain=1.4); m.linear(b + "attn_output", n, n)
        m.norm(b + "ffn_norm"); m.linear(b + "ffn_up", n, 2 * ff); m.linear(b + "ffn_down", ff, n)
    heads_of(m, head, len(labels or [1]))
    m.close()


MEAN, CLS, LAST, RANK = 1, 2, 3, 4
NOMIC = {"bias": False, "positions": False, "fused": True, "rope.freq_base": 1000.0, "rope.dimension_count": 8}
QWEN_TEMPLATE = "<s>Query: {query}\nDocument: {document}\n</s>"
# name: how the file is written; MODELS[name][1]: the pooling that the caller asks for (None: the file's own)
MODELS = {
    "bert-mean": (lambda name: bert(name, 1, wpm, n=48, ff=96, layers=2, pooling_type=MEAN), None),
    "bert-cls": (lambda name: bert(name, 2, wpm, fused=True, n=64, ff=96, layers=4, heads=2, pooling_type=CLS, kind="Q8_0"), None),
    "nomic-bert": (lambda name: bert(name, 3, wpm, "nomic-bert", gate=True, pooling_type=MEAN, **NOMIC), None),
    "gemma-embedding": (lambda name: gemma(name, 4, layers=3), None),
    "qwen3-last": (lambda name: decoder(name, 5, "qwen3", pooling_type=LAST, tokens={"pre": "qwen2", "add_eos": True}), None),
    "bert-rank": (lambda name: bert(name, 6, wpm, layers=2, pooling_type=RANK, head="cls output", tokens={"add_bos": True, "add_eos": True, "add_sep": False}), None),
    "bert-rank-output": (lambda name: bert(name, 7, wpm, layers=2, pooling_type=RANK, head="output"), None),
    "bert-rank-labels": (lambda name: bert(name, 8, ugm, types=1, layers=2, pooling_type=RANK, head="cls output", labels=["contradiction", "entailment", "neutral"],
                                           tokens={"add_sep": True}), None),
    "bert-xlmr": (lambda name: bert(name, 9, ugm, types=1, layers=2, n=64, heads=8, pooling_type=CLS, kind="F16"), None),
    "gemma-embedding-dense": (lambda name: gemma(name, 10, dense=48, layers=2), None),
    "modern-bert": (lambda name: modern(name, 11, pooling_type=MEAN), None),
    "modern-bert-rank": (lambda name: modern(name, 12, pooling_type=RANK, head="cls norm output", block_count=2, tokens={"add_sep": True}), None),
    "modern-bert-silu": (lambda name: modern(name, 19, pooling_type=CLS, block_count=2, hidden_activation="silu"), None),
    "jina-bert-v2": (lambda name: bert(name, 13, wpm, "jina-bert-v2", positions=False, gate=True, heads=4, pooling_type=MEAN), None),
    "jina-bert-v2-norms": (lambda name: bert(name, 14, wpm, "jina-bert-v2", positions=False, geglu=True, qk_norm=True, norm2=True, n=48, layers=2, heads=6, pooling_type=MEAN), None),
    "jina-bert-v2-rank": (lambda name: bert(name, 15, wpm, "jina-bert-v2", positions=False, gate=True, layers=2, pooling_type=RANK, head="cls1",
                                            tokens={"add_bos": True, "add_eos": True, "add_sep": False}), None),
    "nomic-bert-moe": (lambda name: bert(name, 16, ugm, "nomic-bert-moe", types=1, moe=2, pooling_type=MEAN, moe_every_n_layers=2, expert_count=4, expert_used_count=2,
                                         **{**NOMIC, "bias": True}), None),
    "qwen3-rank": (lambda name: decoder(name, 17, "qwen3", pooling_type=RANK, head="output", labels=["yes", "no"], template=QWEN_TEMPLATE,
                                        tokens={"pre": "qwen2", "add_eos": False}), None),
    "llama-mean": (lambda name: decoder(name, 18, "llama", tokens={"add_bos": True}, **{"rope.dimension_count": 16}), MEAN),
}

# ---- llama.cpp

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
    _fields_ = [("n_tokens", C.c_int32), ("token", C.POINTER(C.c_int32)), ("embd", C.c_void_p), ("pos", C.c_void_p), ("n_seq_id", C.c_void_p),
                ("seq_id", C.c_void_p), ("logits", C.c_void_p)]


library = lambda name: C.CDLL(glob.glob(os.path.join(a.libs, name))[0], mode=C.RTLD_GLOBAL)
library("libggml-base*.so"); ggml = library("libggml.v*.so"); llama = library("libllama.v*.so")


def f(name, result, *args):
    g = getattr(llama, name); g.restype, g.argtypes = result, args; return g


P = C.c_void_p; FLOATS = C.POINTER(C.c_float); IDS = C.POINTER(C.c_int32)
LOG = C.CFUNCTYPE(None, C.c_int, C.c_char_p, P)
log = LOG(lambda level, text, _: sys.stderr.write(text.decode(errors="replace")) if a.v or level == 4 else None)
f("llama_log_set", None, LOG, P)(log, None)
# plain AVX2 everywhere: the same sums on every machine
ggml.ggml_backend_load.restype = P; ggml.ggml_backend_load.argtypes = [C.c_char_p]
assert ggml.ggml_backend_load(os.path.join(a.libs, "libggml-cpu-haswell.so").encode())
f("llama_backend_init", None)()
model_defaults = f("llama_model_default_params", ModelParams); context_defaults = f("llama_context_default_params", ContextParams)
load = f("llama_model_load_from_file", P, C.c_char_p, ModelParams); free_model = f("llama_model_free", None, P)
get_vocab = f("llama_model_get_vocab", P, P); tokenize = f("llama_tokenize", C.c_int32, P, C.c_char_p, C.c_int32, IDS, C.c_int32, C.c_bool, C.c_bool)
add = {x: f(f"llama_vocab_get_add_{x}", C.c_bool, P) for x in ("bos", "eos", "sep")}
special = {x: f(f"llama_vocab_{x}", C.c_int32, P) for x in ("bos", "eos", "sep")}
template_of = f("llama_model_chat_template", C.c_char_p, P, C.c_char_p); n_cls = f("llama_model_n_cls_out", C.c_uint32, P)
make_context = f("llama_init_from_model", P, P, ContextParams); free_context = f("llama_free", None, P)
decode = f("llama_decode", C.c_int32, P, Batch); get_one = f("llama_batch_get_one", Batch, IDS, C.c_int32)
pooling_of = f("llama_pooling_type", C.c_int, P); memory = f("llama_get_memory", P, P); clear = f("llama_memory_clear", None, P, C.c_bool)
of_seq = f("llama_get_embeddings_seq", FLOATS, P, C.c_int32); of_token = f("llama_get_embeddings_ith", FLOATS, P, C.c_int32)
NON_CAUSAL = 1
POOLINGS = ["none", "mean", "cls", "last", "rank"]


def digits(values):
    return [float(f"{x:.7g}") for x in values]


class Peer:
    """One model in llama.cpp."""

    def __init__(self, path):
        mp = model_defaults(); mp.n_gpu_layers = 0
        self.model = load(path.encode(), mp)
        if not self.model:
            raise ValueError(f"{path}: llama.cpp cannot load it")
        self.vocab = get_vocab(self.model)

    def ids(self, text, add_special=True, parse_special=True):
        raw = text.encode(); ids = (C.c_int32 * (len(raw) + 16))()
        return list(ids[:tokenize(self.vocab, raw, len(raw), ids, len(ids), add_special, parse_special)])

    def context(self, pooling, n_ctx, attention=-1):
        cp = context_defaults()
        assert list(cp.flags[:2]) == [False, True], list(cp.flags)  # embeddings, offload_kqv
        cp.n_ctx = cp.n_batch = cp.n_ubatch = n_ctx; cp.n_threads = cp.n_threads_batch = 1; cp.pooling = pooling; cp.attention = attention
        cp.flash_attn = 0; cp.type_k = cp.type_v = 0; cp.flags[0] = True
        return make_context(self.model, cp)

    def causal(self):
        """Whether the file leaves the direction of attention to the caller."""
        context = self.context(1, 64); found = bool(memory(context)); free_context(context)
        return found

    def run(self, context, ids):
        if memory(context):
            clear(memory(context), True)
        buffer = (C.c_int32 * len(ids))(*ids)
        assert decode(context, get_one(buffer, len(ids))) == 0

    def pair_ids(self, query, document):
        """As llama-server's format_prompt_rerank."""
        template = template_of(self.model, b"rerank")
        if template:
            return self.ids(template.decode().replace("{query}", query).replace("{document}", document), False, True)
        end = special["eos"](self.vocab)
        if end == -1:
            end = special["sep"](self.vocab)
        on = {x: add[x](self.vocab) for x in add}
        plain = lambda text: self.ids(text, False, False)
        return ([special["bos"](self.vocab)] * on["bos"] + plain(query) + [end] * on["eos"] + [special["sep"](self.vocab)] * on["sep"]
                + plain(document) + [end] * on["eos"])


TEXTS = ["", "a", "The cat sat on the mat.", "Hello, world! 123", "Привет, мир!", "Good 😀 day 🚀"]
FILLER = "there would be many things in the long day when people look for water and then they find more of it than they could see over on the other side ".split()
PAIRS = [("what is a cat?", "The cat sat on the mat."), ("what is a cat?", "water"), ("hello world", "Привет, мир!"), ("Привет", "a good day 😀"),
         ("how do people find water?", "people look for water and then they find more of it"), ("a", "")]


def filled(peer, limit, skip=0):
    """A text whose ids come close to the limit."""
    text = ""
    for i in range(limit):
        longer = (text + " " + FILLER[(i + skip) % len(FILLER)]).strip()
        if len(peer.ids(longer)) > limit:
            break
        text = longer
    return text


def golden(name, asked, context_length, n_embd):
    peer = Peer(os.path.join(a.out, name, "model.gguf"))
    context = peer.context(-1 if asked is None else asked, context_length)
    pooling = pooling_of(context)
    out = {"what": "what llama.cpp v0.5.0 makes of these texts with model.gguf: ids, embeddings before normalisation; by scripts/embedding-goldens.py",
           "pooling": POOLINGS[pooling], "pooling_asked_for": asked is not None, "add": {x: bool(add[x](peer.vocab)) for x in add}}
    texts = [x for x in TEXTS + [filled(peer, context_length // 3), filled(peer, context_length - 1, 5)] if peer.ids(x)]
    if pooling == RANK:
        n = n_cls(peer.model); out["labels"] = n; out["pairs"] = []
        for query, document in PAIRS + [(filled(peer, context_length // 3), filled(peer, context_length // 3, 5))]:
            ids = peer.pair_ids(query, document)
            if len(ids) <= context_length:
                peer.run(context, ids)
                out["pairs"].append({"query": query, "document": document, "ids": ids, "scores": digits(of_seq(context, 0)[:n])})
    else:
        out["texts"] = []
        for text in texts:
            ids = peer.ids(text); peer.run(context, ids)
            out["texts"].append({"text": text, "ids": ids, "embedding": digits(of_seq(context, 0)[:n_embd])})
        plain = peer.context(0, context_length)
        for i in (2, 5):
            ids = out["texts"][i]["ids"]; peer.run(plain, ids)
            out["texts"][i]["tokens"] = [digits(of_token(plain, t)[:n_embd]) for t in range(len(ids))]
        free_context(plain)
        if peer.causal():
            free = peer.context(pooling, context_length, NON_CAUSAL)
            for row in out["texts"]:
                peer.run(free, row["ids"]); row["non_causal"] = digits(of_seq(free, 0)[:n_embd])
            free_context(free)
    free_context(context); free_model(peer.model)
    return out


def write(path, out):
    lists = {k: v for k, v in out.items() if k in ("texts", "pairs")}
    with open(path, "w", encoding="utf-8") as file:
        file.write(json.dumps({k: v for k, v in out.items() if k not in lists}, ensure_ascii=False)[:-1])
        for key, rows in lists.items():
            file.write(f',\n"{key}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]")
        file.write("}\n")

# ---- the same in NumPy, to know that the goldens say what they are meant to say


def gelu(x):
    """As ggml on a CPU: tanh's approximation, looked up by x as f16, itself f16."""
    h = np.clip(x, -11, 11).astype(np.float16).astype(np.float32)
    y = (0.5 * h * (1 + np.tanh(0.7978845608 * h * (1 + 0.044715 * h * h)))).astype(np.float16).astype(np.float64)
    return np.where(x <= -10, 0, np.where(x >= 10, x, y))


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)


class Check:
    def __init__(self, path):
        r = gguf.GGUFReader(path); self.f = {k: v.contents() for k, v in r.fields.items()}; self.arch = self.f["general.architecture"]
        self.t = {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float64) for t in r.tensors}
        self.eps = self.key("attention.layer_norm_epsilon", self.key("attention.layer_norm_rms_epsilon"))

    def key(self, name, default=None):
        return self.f.get(f"{self.arch}.{name}", default)

    def linear(self, name, x):
        y = x @ self.t[name + ".weight"].T; return y + self.t[name + ".bias"] if name + ".bias" in self.t else y

    def norm(self, name, x):
        x = x - x.mean(-1, keepdims=True)
        y = x / np.sqrt((x * x).mean(-1, keepdims=True) + self.eps) * self.t[name + ".weight"]
        return y + self.t[name + ".bias"] if name + ".bias" in self.t else y

    def rms(self, name, x):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.eps) * self.t[name + ".weight"]

    def rope(self, x, base, neox=True):
        size = self.key("rope.dimension_count", x.shape[-1]); half = size // 2
        angle = np.arange(len(x))[:, None, None] * base ** (-2.0 * np.arange(half) / size); c, s = np.cos(angle), np.sin(angle)
        first, second = (np.arange(half), np.arange(half) + half) if neox else (2 * np.arange(half), 2 * np.arange(half) + 1)
        y = x.copy(); y[..., first] = x[..., first] * c - x[..., second] * s; y[..., second] = x[..., first] * s + x[..., second] * c
        return y

    def attend(self, q, k, v, scale, mask=None, slopes=None):
        n, heads, size = q.shape; group = heads // k.shape[1]; k, v = np.repeat(k, group, 1), np.repeat(v, group, 1)
        score = np.einsum("ihd,jhd->hij", q, k) * scale
        distance = np.abs(np.arange(n)[:, None] - np.arange(n))
        if slopes is not None:
            score = score - slopes[:, None, None] * distance
        if mask is not None:
            score = np.where(mask, score, -np.inf)
        return np.einsum("hij,jhd->ihd", softmax(score), v).reshape(n, -1)

    def heads(self, x, size):
        return x.reshape(len(x), -1, size)

    def qkv(self, b, c):
        return np.split(self.linear(b + "attn_qkv", c), 3, -1) if b + "attn_qkv.weight" in self.t else [self.linear(b + "attn_" + x, c) for x in "qkv"]

    def hidden(self, ids, causal=True):
        n = self.key("embedding_length"); heads = self.key("attention.head_count"); size = self.key("attention.key_length", n // heads); t = self.t
        x = t["token_embd.weight"][ids]; at = np.arange(len(ids)); window = np.abs(at[:, None] - at) <= self.key("attention.sliding_window", 0) // 2
        period = self.key("attention.sliding_window_pattern")
        if self.arch in ("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2"):
            x = x + t["token_types.weight"][0] + (t["position_embd.weight"][:len(ids)] if self.arch == "bert" else 0)
            x = self.norm("token_embd_norm", x)
            full = 2 ** int(np.log2(heads)); h = np.arange(heads)
            slopes = np.where(h < full, 2.0 ** (-8 / full * (h + 1)), 2.0 ** (-4 / full * (2 * (h - full) + 1))) if self.arch == "jina-bert-v2" else None
            for i in range(self.key("block_count")):
                b = f"blk.{i}."; q, k, v = self.qkv(b, x)
                if b + "attn_q_norm.weight" in t:
                    q, k = self.norm(b + "attn_q_norm", q), self.norm(b + "attn_k_norm", k)
                q, k, v = (self.heads(y, size) for y in (q, k, v))
                if self.arch.startswith("nomic"):
                    q, k = (self.rope(y, self.key("rope.freq_base", 10000.0)) for y in (q, k))
                h = self.norm(b + "attn_output_norm", x + self.linear(b + "attn_output", self.attend(q, k, v, size ** -0.5, slopes=slopes)))
                if b + "attn_norm_2.weight" in t:
                    h = self.norm(b + "attn_norm_2", h + x)
                if b + "ffn_gate_inp.weight" in t:
                    gate = softmax(self.linear(b + "ffn_gate_inp", h)); y = np.zeros_like(h)
                    for row in range(len(h)):
                        for e in np.argsort(-gate[row])[:self.key("expert_used_count")]:
                            y[row] += gate[row, e] * (t[b + "ffn_down_exps.weight"][e] @ gelu(t[b + "ffn_up_exps.weight"][e] @ h[row]))
                else:
                    u = self.linear(b + "ffn_up", h)
                    if self.arch == "nomic-bert":
                        g = self.linear(b + "ffn_gate", h); u = g / (1 + np.exp(-g)) * u
                    elif b + "ffn_gate.weight" in t:
                        u = gelu(self.linear(b + "ffn_gate", h)) * u
                    elif u.shape[-1] == 2 * self.key("feed_forward_length"):
                        g, u = np.split(u, 2, -1); u = gelu(g) * u
                    else:
                        u = gelu(u)
                    y = self.linear(b + "ffn_down", u)
                x = self.norm(b + "layer_output_norm", h + y)
            return x
        if self.arch == "modern-bert":
            x = self.norm("token_embd_norm", x)
            for i in range(self.key("block_count")):
                b = f"blk.{i}."; local = i % period != 0; base = self.key("rope.freq_base_swa" if local else "rope.freq_base")
                q, k, v = (self.heads(y, size) for y in self.qkv(b, self.norm(b + "attn_norm", x) if b + "attn_norm.weight" in t else x))
                x = x + self.linear(b + "attn_output", self.attend(self.rope(q, base), self.rope(k, base), v, size ** -0.5, window if local else None))
                g, u = np.split(self.linear(b + "ffn_up", self.norm(b + "ffn_norm", x)), 2, -1)
                x = x + self.linear(b + "ffn_down", (g / (1 + np.exp(-g)) if self.key("hidden_activation") == "silu" else gelu(g)) * u)
            return self.norm("output_norm", x)
        gemma = self.arch == "gemma-embedding"; mask = at[:, None] >= at if causal else None
        x = x * np.sqrt(n) if gemma else x
        for i in range(self.key("block_count")):
            b = f"blk.{i}."; local = gemma and i % period < period - 1; base = self.key("rope.freq_base_swa" if local else "rope.freq_base")
            q, k, v = (self.heads(y, size) for y in self.qkv(b, self.rms(b + "attn_norm", x)))
            if b + "attn_q_norm.weight" in t:
                q, k = self.rms(b + "attn_q_norm", q), self.rms(b + "attn_k_norm", k)
            q, k = (self.rope(y, base, self.arch != "llama") for y in (q, k))
            y = self.linear(b + "attn_output", self.attend(q, k, v, size ** -0.5, (window if local else None) if gemma else mask))
            x = x + (self.rms(b + "post_attention_norm", y) if gemma else y)
            y = self.rms(b + "ffn_norm", x); g = self.linear(b + "ffn_gate", y)
            y = self.linear(b + "ffn_down", (gelu(g) if gemma else g / (1 + np.exp(-g))) * self.linear(b + "ffn_up", y))
            x = x + (self.rms(b + "post_ffw_norm", y) if gemma else y)
        return self.rms("output_norm", x)

    def pooled(self, x, pooling):
        if pooling == "mean" or pooling == "rank" and self.arch == "modern-bert":
            x = x.mean(0)
        elif pooling != "none":
            x = x[-1 if pooling == "last" or pooling == "rank" and self.arch == "qwen3" else 0]
        for name in ("dense_2", "dense_3"):
            x = self.linear(name, x) if name + ".weight" in self.t else x
        if pooling == "rank":
            if "cls.weight" in self.t:
                x = self.linear("cls", x); x = gelu(x) if self.arch == "modern-bert" else np.tanh(x)
            if "cls.norm.weight" in self.t:
                x = self.norm("cls.norm", x)
            if "cls.output.weight" in self.t:
                x = self.linear("cls.output", x)
            x = softmax(x) if self.arch == "qwen3" else x
        return x


def check(name):
    folder = os.path.join(a.out, name); c = Check(os.path.join(folder, "model.gguf")); worst = 0.0
    gold = json.load(open(os.path.join(folder, "golden.json"), encoding="utf-8"))
    for row in gold.get("texts", []) + gold.get("pairs", []):
        for key, pooling in (("embedding", gold["pooling"]), ("scores", gold["pooling"]), ("tokens", "none"), ("non_causal", gold["pooling"])):
            if key in row:
                x = c.hidden(np.array(row["ids"]), key != "non_causal")
                worst = max(worst, np.abs(c.pooled(x, pooling) - np.array(row[key])).max())
    return worst


for name, (make, asked) in MODELS.items():
    if a.only and name not in a.only.split(","):
        continue
    if a.check:
        worst = check(name); print(f"{name}: NumPy is off by {worst:.1e} at the most", flush=True); continue
    make(name)
    path = os.path.join(a.out, name, "model.gguf"); fields = gguf.GGUFReader(path).fields; arch = fields["general.architecture"].contents()
    get = lambda key: fields[f"{arch}.{key}"].contents()
    try:
        out = golden(name, asked, get("context_length"), get("embedding_length"))
    except ValueError as e:
        print(e, file=sys.stderr); continue
    write(os.path.join(a.out, name, "golden.json"), out)
    print(name, os.path.getsize(path), out["pooling"], [len(x["ids"]) for x in out.get("texts", out.get("pairs"))], [x["scores"] for x in out.get("pairs", [])], flush=True)
