#!/usr/bin/env python3
"""Makes testdata/encoders/NAME: tiny folders of encoders as the hub has them, with random weights, and in golden.json what Python makes of some texts.

  scripts/encoder-goldens.py [NAME ...]    all of them without a name

Python needs torch, transformers, sentence-transformers, tokenizers, sentencepiece. Embeddings are sentence-transformers' of the folder, of length 1, and scores
those of transformers' classifiers; where transformers has no such class (Nomic's experts, Jina v2), those of the few lines of PyTorch in Encoder. Token types are
those of a single text, as GGUF's models have them. A model is the same in every run: its weights are seeded by its name.
"""
import json, math, os, shutil, sys, zlib

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
import torch
import transformers
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch.nn import functional as F

OUT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata", "encoders")
TEXTS = ["a", "The cat sat on the mat.", "Hello, world! 123", "Привет, мир!", " two  spaces, and\na line ",
         "there would be many things in the long day when people look for water and then they find more of it"]
PAIRS = [("what is a cat?", "The cat sat on the mat."), ("hello world", "Привет, мир!"), ("how do people find water?", "people look for water and find it")]
CORPUS = ("there would be many things in the long day when people look for water and then they find more of it than they could see over on the other side",
          "the cat sat on the mat and looked at the people that were in the water", "hello world, how do you do? this is a good day! 123 times", "привет, мир! как дела")

# ---- tokenizers


def special(*texts):
    return [{"content": t, "lstrip": t == "<mask>", "normalized": False, "rstrip": False, "single_word": False, "special": True} for t in texts]


def config(folder, cls, **roles):
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"tokenizer_class": cls, "model_max_length": 120, **roles}, f, indent=1)


def pieces(folder, files=("tokenizer.json",)):
    """BERT's WordPiece."""
    chars = sorted({c for line in CORPUS for c in line.lower() if c != " "} | set("0123456789.,!?"))
    words = sorted({w.strip(".,!?") for line in CORPUS[:3] for w in line.split()} - {""})
    vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + chars + ["##" + c for c in chars] + [w for w in words if len(w) > 1]
    t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(vocab)}, unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    t.post_processor = processors.TemplateProcessing(single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    t.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    if "tokenizer.json" in files:
        t.save(os.path.join(folder, "tokenizer.json"))
    if "vocab.txt" in files:
        with open(os.path.join(folder, "vocab.txt"), "w") as f:
            f.write("\n".join(vocab) + "\n")
    config(folder, "BertTokenizer", do_lower_case=True, unk_token="[UNK]", sep_token="[SEP]", pad_token="[PAD]", cls_token="[CLS]", mask_token="[MASK]")
    return dict(vocab_size=len(vocab), pad_token_id=0), t


def unigram(folder, files=("tokenizer.json",), camembert=False, rule="identity"):
    """XLM-RoBERTa's Unigram: four tokens stand where SentencePiece's file has three."""
    text, model = os.path.join(folder, "corpus"), os.path.join(folder, "m")
    with open(text, "w") as f:
        f.write("\n".join(CORPUS * 20))
    sentencepiece.SentencePieceTrainer.train(input=text, model_prefix=model, vocab_size=72, model_type="unigram", normalization_rule_name=rule,
                                             minloglevel=2, character_coverage=1.0)
    sp = sentencepiece.SentencePieceProcessor(model_file=model + ".model")
    head = ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>", "<unk>NOTUSED", "<s>", "</s>"] if camembert else ["<s>", "<pad>", "</s>", "<unk>"]
    vocab = [(x, 0.0) for x in head] + [(sp.id_to_piece(i), sp.get_score(i)) for i in range(3, sp.vocab_size())] + [("<mask>", 0.0)]
    t = Tokenizer(models.Unigram(vocab, unk_id=3))
    charsmap = sentencepiece_model_pb2.ModelProto.FromString(sp.serialized_model_proto()).normalizer_spec.precompiled_charsmap
    t.normalizer = normalizers.Sequence(([normalizers.Precompiled(charsmap)] if charsmap else []) + [normalizers.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    t.decoder = decoders.Metaspace()
    ids = {x: i for i, (x, _) in enumerate(vocab)}
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])])
    t.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    if "tokenizer.json" in files:
        t.save(os.path.join(folder, "tokenizer.json"))
    if "sentencepiece.bpe.model" in files:
        os.rename(model + ".model", os.path.join(folder, "sentencepiece.bpe.model"))
    else:
        os.remove(model + ".model")
    os.remove(text); os.remove(model + ".vocab")
    config(folder, "XLMRobertaTokenizer", bos_token="<s>", eos_token="</s>", sep_token="</s>", cls_token="<s>", unk_token="<unk>", pad_token="<pad>", mask_token="<mask>")
    return dict(vocab_size=len(vocab), pad_token_id=1, bos_token_id=ids["<s>"], eos_token_id=ids["</s>"]), t


def byte_level(folder, files=("tokenizer.json",), names=("<s>", "<pad>", "</s>", "<unk>", "<mask>"), cls="RobertaTokenizer", split=None, pair=True, corpus=CORPUS):
    """Byte-level BPE of RoBERTa, ModernBERT, EuroBERT."""
    first, pad, last = names[:3]
    t = Tokenizer(models.BPE())
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=split is None)
    t.pre_tokenizer = level if split is None else pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(split), "isolated"), level])
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=360, special_tokens=list(names), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    ids = [(x, t.token_to_id(x)) for x in (first, last)]
    if cls == "RobertaTokenizer":
        t.post_processor = processors.RobertaProcessing(ids[1], ids[0], add_prefix_space=False)
    else:
        t.post_processor = processors.TemplateProcessing(single=f"{first} $A {last}", pair=f"{first} $A {last} $B {last}" if pair else f"{first} $A $B {last}", special_tokens=ids)
    t.save(os.path.join(folder, "tokenizer.json"))
    roles = dict(bos_token=first, eos_token=last, sep_token=last, cls_token=first, unk_token=names[3], pad_token=pad, mask_token=names[4])
    if cls != "RobertaTokenizer":
        roles = {k: v for k, v in roles.items() if k not in ("bos_token", "eos_token")}
    config(folder, cls, **roles)
    return dict(vocab_size=t.get_vocab_size(), pad_token_id=t.token_to_id(pad), bos_token_id=ids[0][1], eos_token_id=ids[1][1]), t


def modern(folder):
    keys, t = byte_level(folder, names=("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"), cls="PreTrainedTokenizerFast")
    return dict(keys, cls_token_id=keys["bos_token_id"], sep_token_id=keys["eos_token_id"]), t


def answers(folder):
    """That of a model that answers with yes or no."""
    return byte_level(folder, names=("<|begin_of_text|>", "<|pad|>", "<|end_of_text|>", "<|unk|>", "<|mask|>"), cls="PreTrainedTokenizerFast", split=LLAMA3,
                      corpus=CORPUS + ("yes", "no") * 20)


LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def euro(folder):
    return byte_level(folder, names=("<|begin_of_text|>", "<|pad|>", "<|end_of_text|>", "<|unk|>", "<|mask|>"), cls="PreTrainedTokenizerFast", split=LLAMA3)


def gemma(folder):
    """Gemma's BPE over characters, whose other bytes are tokens."""
    names = ["<pad>", "<eos>", "<bos>", "<unk>"]
    trained = Tokenizer(models.BPE())
    trained.normalizer = normalizers.Replace(" ", "▁")
    trained.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=140, special_tokens=names, show_progress=False))
    model = json.loads(trained.to_str())["model"]
    vocab = dict(model["vocab"])
    for b in range(256):
        vocab["<0x%02X>" % b] = len(vocab)
    t = Tokenizer(models.BPE(vocab, [tuple(m) for m in model["merges"]], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Replace(" ", "▁")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    t.post_processor = processors.TemplateProcessing(single="<bos> $A <eos>", pair="<bos> $A <eos> <bos> $B <eos>", special_tokens=[("<bos>", 2), ("<eos>", 1)])
    t.add_special_tokens(names)
    t.save(os.path.join(folder, "tokenizer.json"))
    config(folder, "PreTrainedTokenizerFast", bos_token="<bos>", eos_token="<eos>", unk_token="<unk>", pad_token="<pad>", add_bos_token=True, add_eos_token=True)
    return dict(vocab_size=len(vocab), pad_token_id=0, bos_token_id=2, eos_token_id=1), t


# ---- models that transformers lacks


class Encoder:
    """Norms behind the additions; Nomic's and Jina's ways of positions and feed-forward blocks. w: tensors by the names that the hub has."""

    def __init__(self, w, heads, eps, rope=0.0, alibi=False):
        self.w, self.heads, self.eps, self.base, self.alibi = w, heads, eps, rope, alibi

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.w[name + ".weight"], self.w[name + ".bias"], self.eps)

    def turn(self, x):
        d = x.shape[-1]; half = d // 2
        angle = torch.arange(len(x))[:, None, None] * self.base ** (-2.0 * torch.arange(half) / d)
        return torch.cat([x[..., :half] * angle.cos() - x[..., half:] * angle.sin(), x[..., half:] * angle.cos() + x[..., :half] * angle.sin()], -1)

    def attend(self, q, k, v):
        n = len(q); q, k, v = (x.reshape(n, self.heads, -1) for x in (q, k, v))
        if self.base:
            q, k = self.turn(q), self.turn(k)
        score = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(q.shape[-1])
        if self.alibi:
            slopes = torch.tensor([2 ** (-8 * (h + 1) / self.heads) for h in range(self.heads)])
            at = torch.arange(n); score = score - slopes[:, None, None] * (at[:, None] - at).abs()
        return torch.einsum("hij,jhd->ihd", score.softmax(-1), v).reshape(n, -1)

    def nomic_moe(self, c, ids):
        x = self.norm("emb_ln", self.w["embeddings.word_embeddings.weight"][ids] + self.w["embeddings.token_type_embeddings.weight"][0])
        for i in range(c["n_layer"]):
            b = f"encoder.layers.{i}."; q, k, v = self.linear(b + "attn.Wqkv", x).chunk(3, -1)
            h = self.norm(b + "norm1", x + self.linear(b + "attn.out_proj", self.attend(q, k, v)))
            if b + "mlp.router.layer.weight" in self.w:
                shape = (c["num_experts"], c["n_inner"], c["n_embd"])
                up, down = (self.w[b + "mlp.experts.mlp." + x].view(shape) for x in ("w1", "w2"))
                chance = self.linear(b + "mlp.router.layer", h).softmax(-1); y = torch.zeros_like(h)
                for row in range(len(h)):
                    for e in chance[row].topk(c["moe_top_k"]).indices.tolist():
                        y[row] += chance[row, e] * (F.gelu(up[e] @ h[row]) @ down[e])
            else:
                y = self.linear(b + "mlp.fc2", F.gelu(self.linear(b + "mlp.fc1", h)))
            x = self.norm(b + "norm2", h + y)
        return x

    def jina_v2(self, c, ids):
        x = self.norm("embeddings.LayerNorm", self.w["embeddings.word_embeddings.weight"][ids] + self.w["embeddings.token_type_embeddings.weight"][0])
        for i in range(c["num_hidden_layers"]):
            b = f"encoder.layer.{i}."; q, k, v = (self.linear(b + "attention.self." + y, x) for y in ("query", "key", "value"))
            code = b + "layer_norm_1.weight" in self.w
            if code:
                q, k = self.norm(b + "attention.self.layer_norm_q", q), self.norm(b + "attention.self.layer_norm_k", k)
            h = self.norm(b + "attention.output.LayerNorm", x + self.linear(b + "attention.output.dense", self.attend(q, k, v)))
            if code:
                h = self.norm(b + "layer_norm_1", x + h)
                up, gate = self.linear(b + "mlp.up_gated_layer", h).chunk(2, -1)
                x = self.norm(b + "layer_norm_2", h + self.linear(b + "mlp.down_layer", up * F.gelu(gate)))
            else:
                gate, up = self.linear(b + "mlp.gated_layers", h).chunk(2, -1)
                x = self.norm(b + "mlp.layernorm", h + self.linear(b + "mlp.wo", F.gelu(gate) * up))
        return x


def shapes_nomic_moe(c):
    n, ff, e = c["n_embd"], c["n_inner"], c["num_experts"]
    yield "embeddings.word_embeddings.weight", (c["vocab_size"], n)
    yield "embeddings.token_type_embeddings.weight", (c["type_vocab_size"], n)
    norms = ["emb_ln"]
    for i in range(c["n_layer"]):
        b = f"encoder.layers.{i}."; norms += [b + "norm1", b + "norm2"]
        linears = [("attn.Wqkv", 3 * n, n), ("attn.out_proj", n, n)]
        if i % c["moe_every_n_layers"] == 1:
            yield b + "mlp.router.layer.weight", (e, n)
            yield b + "mlp.experts.mlp.w1", (e * ff, n)
            yield b + "mlp.experts.mlp.w2", (e * ff, n)
        else:
            linears += [("mlp.fc1", ff, n), ("mlp.fc2", n, ff)]
        for name, rows, cols in linears:
            yield b + name + ".weight", (rows, cols)
            yield b + name + ".bias", (rows,)
    for name in norms:
        yield name + ".weight", (n,)
        yield name + ".bias", (n,)


def shapes_jina_v2(c):
    n, ff, code = c["hidden_size"], c["intermediate_size"], c.get("code")
    yield "embeddings.word_embeddings.weight", (c["vocab_size"], n)
    yield "embeddings.token_type_embeddings.weight", (2, n)
    norms = ["embeddings.LayerNorm"]
    for i in range(c["num_hidden_layers"]):
        b = f"encoder.layer.{i}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield b + name + ".weight", (n, n)
            yield b + name + ".bias", (n,)
        norms.append(b + "attention.output.LayerNorm")
        if code:
            norms += [b + x for x in ("attention.self.layer_norm_q", "attention.self.layer_norm_k", "layer_norm_1", "layer_norm_2")]
            yield b + "mlp.up_gated_layer.weight", (2 * ff, n)
            down = "mlp.down_layer"
        else:
            norms.append(b + "mlp.layernorm")
            yield b + "mlp.gated_layers.weight", (2 * ff, n)
            down = "mlp.wo"
        yield b + down + ".weight", (n, ff)
        yield b + down + ".bias", (n,)
    for name in norms:
        yield name + ".weight", (n,)
        yield name + ".bias", (n,)


# ---- the folders

PLAIN = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=126)
LONG = dict(PLAIN, max_position_embeddings=128)
GEMMA = dict(PLAIN, num_key_value_heads=2, head_dim=16, num_hidden_layers=7, sliding_window=16, query_pre_attn_scalar=16)
NOMIC_MOE = dict(n_embd=32, n_head=4, n_inner=48, n_layer=3, n_positions=128, max_trained_positions=128, layer_norm_epsilon=1e-5, rotary_emb_base=10000.0,
                 rotary_emb_fraction=1.0, rotary_emb_interleaved=False, rotary_emb_scale_base=None, activation_function="gelu", causal=False, qkv_proj_bias=True,
                 mlp_fc1_bias=True, mlp_fc2_bias=True, prenorm=False, type_vocab_size=1, num_experts=4, moe_every_n_layers=2, moe_top_k=2, model_type="nomic_bert")
JINA2 = dict(LONG, layer_norm_eps=1e-12, type_vocab_size=2, position_embedding_type="alibi", feed_forward_type="geglu", model_type="bert")
RERANK = """<|im_start|>system
Judge whether the Document meets the requirements based on the Query and the Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>
<|im_start|>user
<Instruct>: Given a web search query, retrieve relevant passages that answer the query
<Query>: {query}
<Document>: {document}<|im_end|>
<|im_start|>assistant
<think>

</think>

"""  # of the card of Qwen3-Reranker
LABELS = {0: "contradiction", 1: "entailment", 2: "neutral"}
# name: class, tokenizer, what its configuration says, pooling, and widths of dense layers
MODELS = {
    "bert": ("BertModel", pieces, dict(LONG, type_vocab_size=2), "mean"),
    "bert-cls": ("BertForMaskedLM", lambda f: pieces(f, ("tokenizer.json", "vocab.txt")), dict(LONG, type_vocab_size=2), "cls"),
    "bert-rank": ("BertForSequenceClassification", pieces, dict(LONG, type_vocab_size=2, num_labels=1), None),
    "bert-labels": ("BertForSequenceClassification", pieces, dict(LONG, type_vocab_size=2, id2label=LABELS), None),
    "distilbert": ("DistilBertModel", pieces, dict(dim=32, hidden_dim=48, n_layers=2, n_heads=4, max_position_embeddings=128), "mean"),
    "roberta": ("RobertaModel", byte_level, dict(LONG, type_vocab_size=1), "mean"),
    "roberta-rank": ("RobertaForSequenceClassification", byte_level, dict(LONG, type_vocab_size=1, num_labels=1), None),
    "camembert": ("CamembertModel", lambda f: unigram(f, camembert=True), dict(LONG, type_vocab_size=1), "mean"),
    "xlm-roberta": ("XLMRobertaModel", lambda f: unigram(f, rule="nmt_nfkc"), dict(LONG, type_vocab_size=1), "cls"),
    "xlm-roberta-pieces": ("XLMRobertaModel", lambda f: unigram(f, ("sentencepiece.bpe.model",)), dict(LONG, type_vocab_size=1), "cls"),
    "xlm-roberta-rank": ("XLMRobertaForSequenceClassification", unigram, dict(LONG, type_vocab_size=1, num_labels=1), None),
    "jina-v3": ("JinaEmbeddingsV3Model", unigram, dict(LONG, type_vocab_size=1), "mean"),
    "jina-v3-hub": ("JinaEmbeddingsV3Model", unigram, dict(LONG, type_vocab_size=1), "mean"),
    "bert-old": ("BertModel", lambda f: pieces(f, ("tokenizer.json", "vocab.txt")), dict(LONG, type_vocab_size=2), "mean"),
    "nomic": ("NomicBertModel", pieces, dict(LONG, type_vocab_size=2), "mean"),
    "nomic-moe": ("nomic_moe", unigram, NOMIC_MOE, "mean"),
    "jina-v2": ("jina_v2", pieces, JINA2, "mean"),
    "jina-v2-code": ("jina_v2", byte_level, dict(JINA2, code=True), "mean"),
    "modern": ("ModernBertModel", modern, dict(LONG, num_hidden_layers=4, local_attention=8), "cls"),
    "modern-rank": ("ModernBertForSequenceClassification", modern, dict(LONG, num_hidden_layers=4, local_attention=8, num_labels=1, classifier_pooling="mean"), None),
    "euro": ("EuroBertModel", euro, dict(LONG, num_key_value_heads=2, head_dim=8), "mean"),
    "gemma": ("Gemma3TextModel", gemma, dict(GEMMA, use_bidirectional_attention=True), "mean", 48, 32),
    "qwen3-rank": ("Qwen3ForCausalLM", answers, dict(PLAIN, num_key_value_heads=2, head_dim=16, max_position_embeddings=512, tie_word_embeddings=True), RERANK),
    "qwen3": ("Qwen3Model", euro, dict(PLAIN, num_key_value_heads=2, head_dim=16), "lasttoken"),
}


def randomise(tensors):
    with torch.no_grad():
        for key, p in sorted(tensors.items()):
            if p.dtype.is_floating_point and p.dim() >= 2:
                p.copy_(torch.randn_like(p) / p.shape[-1] ** 0.5)
            elif p.dtype.is_floating_point:
                p.add_(0.2 * torch.randn_like(p))


def make(name):
    kind, tokenizer, values, pooling, *dense = MODELS[name]
    torch.manual_seed(zlib.crc32(name.encode()))
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True); os.makedirs(folder)
    ids, tokens = tokenizer(folder)
    own = getattr(transformers, kind, None)
    if own:
        config_of = own.config_class(**{**ids, **values})
        model = own(config_of).eval().float()
        randomise(model.state_dict()); model.tie_weights(); model.save_pretrained(folder)
        path = os.path.join(folder, "config.json"); saved = json.load(open(path))
        if "sliding_window" in values:
            saved["sliding_window"] = values["sliding_window"]  # the class halves it
            json.dump(saved, open(path, "w"), indent=1)
    else:
        c = {**ids, **values, "architectures": ["NomicBertModel" if kind == "nomic_moe" else "JinaBertModel"]}
        w = {key: torch.ones(shape) if len(shape) == 1 and key.endswith("weight") else torch.zeros(shape)
             for key, shape in (shapes_nomic_moe if kind == "nomic_moe" else shapes_jina_v2)(c)}
        randomise(w); save_file(w, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
        json.dump({k: v for k, v in c.items() if k != "code"}, open(os.path.join(folder, "config.json"), "w"), indent=1)
    encode = lambda *text: tokens.encode(*text).ids
    texts = [text for text in TEXTS if name == "xlm-roberta" or "\n" not in text or '"Unigram"' not in tokens.to_str()]  # only that one makes spaces of line ends
    out = {}
    with torch.no_grad():
        if pooling is RERANK:
            with open(os.path.join(folder, "README.md"), "w") as f:
                f.write("---\nlicense: apache-2.0\n---\n# Qwen3-Reranker-Tiny\n")
            rows = out.setdefault("pairs", [])
            for query, document in PAIRS:
                row = tokens.encode(RERANK.format(query=query, document=document), add_special_tokens=False).ids
                logits = model(torch.tensor([row])).logits[0, -1]
                scores = logits[[tokens.token_to_id("yes"), tokens.token_to_id("no")]].softmax(-1)
                rows.append({"query": query, "document": document, "ids": row, "scores": digits(scores)})
        elif pooling is None:
            rows = out.setdefault("pairs", [])
            for query, document in PAIRS:
                row = encode(query, document)
                rows.append({"query": query, "document": document, "ids": row, "scores": digits(model(torch.tensor([row])).logits[0])})
        else:
            width = values.get("hidden_size") or values.get("dim") or values["n_embd"]
            modules(folder, pooling, width, dense)
            encoder = None
            if not own:
                encoder = Encoder(w, values.get("num_attention_heads") or values["n_head"], values.get("layer_norm_eps") or values["layer_norm_epsilon"],
                                  0 if kind == "jina_v2" else values["rotary_emb_base"], kind == "jina_v2")
                vectors = [getattr(encoder, kind)(c, torch.tensor(encode(text))).mean(0) for text in texts]
            elif "tokenizer.json" in os.listdir(folder):
                st = SentenceTransformer(folder, device="cpu", model_kwargs={"attn_implementation": "eager"})
                vectors = [st.encode(text, convert_to_tensor=True) for text in texts]
                for text in texts:
                    features = st.tokenize([text]) if hasattr(st, "tokenize") else st.preprocess([text])
                    assert features["input_ids"][0].tolist() == encode(text), (name, text, features["input_ids"][0].tolist(), encode(text))
            else:
                vectors = [model(torch.tensor([encode(text)])).last_hidden_state[0][0] for text in texts]
            out["pooling"] = {"lasttoken": "last"}.get(pooling, pooling)
            out["texts"] = [{"text": text, "ids": encode(text), "embedding": digits(F.normalize(v, dim=0))} for text, v in zip(texts, vectors)]
    if name in OTHERWISE:
        OTHERWISE[name](folder)
    with open(os.path.join(folder, "golden.json"), "w", encoding="utf-8") as f:
        key = next(k for k in ("texts", "pairs") if k in out)
        head = json.dumps({k: v for k, v in out.items() if k != key}, ensure_ascii=False)[:-1]
        f.write(head + (", " if len(out) > 1 else "") + f'"{key}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in out[key]) + "\n]}\n")


def renamed(folder, rename, extra, **values):
    """The same model as older classes have saved it: names by rename, some more tensors, other values in its configuration (None: without it)."""
    path = os.path.join(folder, "model.safetensors")
    w = {rename(key): value for key, value in load_file(path).items()}
    save_file({**w, **extra(w)}, path, metadata={"format": "pt"})
    path = os.path.join(folder, "config.json"); saved = {**json.load(open(path)), **values}
    json.dump({k: v for k, v in saved.items() if v is not None}, open(path, "w"), indent=1)


def jina_hub(folder):
    """Jina's own repository: parametrizations, and adapters of tasks."""
    adapted = lambda key: key.endswith(".weight") and "norm" not in key.lower() and "_ln" not in key
    rename = lambda key: "roberta." + (key.replace(".weight", ".parametrizations.weight.original") if adapted(key) else key)
    adapters = lambda w: {key.replace("original", f"0.lora_{x}"): torch.randn(5, 4, 32) for key in w if key.endswith(".original") for x in "AB"}
    renamed(folder, rename, adapters, architectures=["XLMRobertaModel"], model_type="xlm-roberta", position_embedding_type="rotary", rotary_emb_base=20000.0,
            rope_parameters=None, lora_adaptations=["retrieval.query", "retrieval.passage", "separation", "classification", "text-matching"])


def bert_old(folder):
    """BERT as it came from TensorFlow, with the files of that time."""
    rename = lambda key: "bert." + key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
    renamed(folder, rename, lambda w: {"bert.embeddings.position_ids": torch.arange(128).unsqueeze(0), "cls.seq_relationship.bias": torch.zeros(2)}, layer_norm_eps=None)
    os.remove(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "tokenizer_config.json"), "w") as f:
        json.dump({"do_lower_case": True}, f)


OTHERWISE = {"jina-v3-hub": jina_hub, "bert-old": bert_old}


def digits(v):
    return [round(float(x), 6) for x in v]


def modules(folder, pooling, width, dense):
    """What sentence-transformers has beside a model."""
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling")] + [(f"{i + 2}_Dense", "Dense") for i in range(len(dense))]
    json.dump([{"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind} for i, (path, kind) in enumerate(kinds)],
              open(os.path.join(folder, "modules.json"), "w"), indent=1)
    os.makedirs(os.path.join(folder, "1_Pooling"))
    modes = {f"pooling_mode_{mode}": mode.split("_")[0] == pooling for mode in ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "lasttoken")}
    modes["pooling_mode_mean_sqrt_len_tokens"] = False
    json.dump({"word_embedding_dimension": width, **modes}, open(os.path.join(folder, "1_Pooling", "config.json"), "w"), indent=1)
    for i, rows in enumerate(dense):
        path = os.path.join(folder, f"{i + 2}_Dense"); os.makedirs(path)
        json.dump({"in_features": width, "out_features": rows, "bias": False, "activation_function": "torch.nn.modules.linear.Identity"},
                  open(os.path.join(path, "config.json"), "w"), indent=1)
        save_file({"linear.weight": torch.randn(rows, width) / width ** 0.5}, os.path.join(path, "model.safetensors"), metadata={"format": "pt"})
        width = rows


if __name__ == "__main__":
    for name in sys.argv[1:] or MODELS:
        make(name)
        print(name, "ok", flush=True)
