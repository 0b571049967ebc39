#!/usr/bin/env python3
"""Writes testdata/tokenizer-files: small tokenizers in the files that Hugging Face's folders have, and the ids that the libraries tokenizers and
sentencepiece give some texts. Needs: pip install tokenizers sentencepiece protobuf

  tokenizer-fixtures.py [--out testdata/tokenizer-files]
"""
import argparse, io, json, os
import sentencepiece as spm
from sentencepiece import sentencepiece_model_pb2 as pb
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers as pre, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--out", default=os.path.join(HERE, "../testdata/tokenizer-files"))
a = p.parse_args()

# Camel case and white space beyond ASCII are left out: there llama.cpp's expressions are simpler than the models'.
TEXTS = [
    "Hello, world! It's 3.14, isn't it? WE'VE 12345678 reasons; they'll say 'no', I'd say \"yes\" (or maybe).",
    "def fooBar(x_1, y=42):\n\treturn x_1**2 + HTTPServer.getURL('a/b/c')  # 100% sure\n\n\n    pass\r\n",
    "  leading, trailing   \n \n\n  and   many    spaces\t\ttabs \n",
    "нещо на Български, привет мир! 我想在apple工作1314151天～ こんにちは カタカナ 안녕하세요 हिन्दी में ไทย",
    "🚀 (normal) ✅ ------======= ''''''```````\"\"\"\"......!!!!!!?????? 3 33 333 3333 33333 333333 1,234,567.89",
    "CamelCase camelCase XMLHttpRequest iPhone15Pro a/b //comment //\n/* x */ <b>&amp;</b> $5 + €7 = ¥12 ^~|`",
    "", " ", "\n", "a", "The the THE tHe. Naïve café, résumé; coöperate — “quotes” … 𝔘𝔫𝔦",
]
TRAIN = TEXTS * 4 + ["the cat sat on the mat and the dog ran to the hill, isn't that so? 12 123 1234 yes."] * 3

C, c = "(?i:'s|'t|'re|'ve|'m|'ll|'d)", "'s|'t|'re|'ve|'m|'ll|'d"
SPACES = r"|\s*[\r\n]+|\s+(?!\S)|\s+"
B = r"[^\r\n\p{L}\p{N}]?"
SYMBOLS = r"| ?[^\s\p{L}\p{N}]+[\r\n]*" + SPACES
UP, LOW = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
NOT_HAN = "&&[^\\p{Han}]]"
DS3 = ["\\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
       "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"]


def words(digits, letters=r"\p{L}+", first=C + "|"):
    return first + B + letters + "|" + digits + SYMBOLS


def camel(contraction, digits, up=UP, low=LOW, tail="/"):
    return (f"{B}{up}*{low}+{contraction}|{B}{up}+{low}*{contraction}|{digits}| ?[^\\s\\p{{L}}\\p{{N}}]+[\\r\\n{tail}]*" + SPACES)


def kimi():
    up, low = UP[:-1] + NOT_HAN, LOW[:-1] + NOT_HAN
    return "[\\p{Han}]+|" + camel(C + "?", "\\p{N}{1,3}", up, low, "")


CASED = ("A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-\u1f7dᾀ-ᾴᾶ-ᾼ\u1fbeῂ-ῄῆ-ῌῐ-\u1fd3ῖ-\u1fdbῠ-Ῥῲ-ῴῶ-ῼ"
         "ℂℇℊ-ℓℕℙ-ℝℤ\u2126ℨ\u212a-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃")
BLOOM = " ?[^(\\s|[.,!?…。，、।۔،])]+"


def split(*regexes):
    return [pre.Split(Regex(r), "isolated") for r in regexes] + [pre.ByteLevel(add_prefix_space=False, use_regex=False)]


def level():
    return pre.ByteLevel(add_prefix_space=False, use_regex=True)


# name in tokenizer.ggml.pre, pre-tokenizers, normalizer, ignore_merges, tokenizer_config
CASES = [
    ("gpt-2", [level()], None, False, {}),
    ("gpt-2", split(c + r"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), "NFC", False, {}),
    ("gpt-2", split(r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s+(?!\S)|\s+"), None, False, {}),
    ("starcoder", [pre.Digits(True), level()], None, False, {}),
    ("smollm", [pre.Digits(True), level()], None, False, {"clean_up_tokenization_spaces": False}),
    ("smollm", [pre.Digits(True), level()], "NFC", False, {"clean_up_tokenization_spaces": False}),
    ("llama-bpe", split(words(r"\p{N}{1,3}")), None, True, {}),
    ("glm4", split(words(r"\p{N}{1,3}")), None, False, {}),
    ("qwen2", split(words(r"\p{N}")), "NFC", False, {}),
    ("stablelm2", split(words(r"\p{N}")), None, False, {}),
    ("stablelm2", split(r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"), None, False, {}),
    ("qwen35", split(C + r"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"), "NFC", False, {}),
    ("seed-coder", split(C + "|[^\r\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\r\n]+|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"), None, False, {}),
    ("ufakzeka", split(words(r"\p{N}", first="")), None, False, {}),
    ("laguna", split(r"[^\n]+|[\n]+", words(r"\p{N}")), None, False, {}),
    ("minicpm5", split(r"\p{N}{1,3}", words(r"\p{N}+")), None, True, {}),
    ("exaone-moe", split(C + r"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"), None, False, {}),
    ("deepseek-v3", split(*DS3), None, False, {}),
    ("deepseek-llm", split("[\r\n]", f"\\s?[{CASED}]+", "\\s?[!-/:-~！-／：-～‘-‟\u3000-。]+", "\\s+$", "[一-龥ࠀ-一가-\ud7ff]+")[:-1]
     + [pre.Digits(False), pre.ByteLevel(add_prefix_space=False, use_regex=False)], None, False, {}),
    ("deepseek-coder", split("[\r\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", "[一-龥ࠀ-一가-\ud7ff]+")[:-1]
     + [pre.Digits(True), pre.ByteLevel(add_prefix_space=False, use_regex=False)], None, False, {}),
    ("gpt-4o", split(camel(C + "?", r"\p{N}{1,3}")), None, False, {}),
    ("tekken", split(camel("", r"\p{N}")), None, True, {}),
    ("tiny_aya", split(r"\d{1,3}(?=(?:\d{3})*\b)", camel(C + "?", r"\p{N}{1,3}")), None, False, {}),
    ("youtu", split("[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥\u3040-ゟ゠-ヿ]+", camel(C + "?", r"\p{N}")), None, True, {}),
    ("kimi-k2", split(kimi()), None, False, {}),
    ("jais-2", split(C + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
                     + "".join(rf"|\s{{{n}}}(?!\S)" for n in (512, 256, 128, 64, 32, 16, 8, 4)) + r"|\s{1,2}(?!\S)|\s{1}"), None, False, {}),
    ("superbpe", split(r"\p{N}+", r"(?=(\d{3})+(?!\d))"), None, False, {}),
    ("falcon", [pre.Punctuation("contiguous"), level(), pre.Digits(False), pre.Split(Regex("[0-9][0-9][0-9]"), "isolated")], None, False, {}),
    ("bloom", split(BLOOM), None, False, {}),
    ("viking", split(BLOOM)[:-1] + [pre.Digits(True), pre.ByteLevel(add_prefix_space=False, use_regex=False)], None, False, {}),
]


# What llama.cpp simplifies in these: marks are no letters, words are not cut by their case. Falcon's digits are looked for among the letters that bytes
# became, some of which Unicode counts as numbers; its own merges know that, those here do not.
SIMPLER = {"gpt-4o": lambda x: "हिन्दी" in x, "tekken": lambda x: "हिन्दी" in x, "falcon": lambda x: not x.isascii(),
           **{name: lambda x: "amelCase" in x or "fooBar" in x or "हिन्दी" in x for name in ("tiny_aya", "youtu", "kimi-k2")}}


def write(name, data):
    path = os.path.join(a.out, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def ids(encode, texts=TEXTS):
    return [{"text": t, "ids": encode(t)} for t in texts]


def js(value):
    return json.dumps(value, ensure_ascii=False) + "\n"


def byte_level():
    """One vocabulary whose merges know no words, and what each way to cut makes of it."""
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre.ByteLevel(add_prefix_space=False, use_regex=False)
    t.train_from_iterator(TRAIN, trainers.BpeTrainer(vocab_size=1600, initial_alphabet=pre.ByteLevel.alphabet(), min_frequency=2, show_progress=False))
    model = json.loads(t.to_str())["model"]
    write("byte-level/model.json", js(model))
    cases = []
    for name, steps, normalizer, whole, config in CASES:
        m = models.BPE(vocab=model["vocab"], merges=[tuple(x) for x in model["merges"]], ignore_merges=whole)
        t = Tokenizer(m)
        t.pre_tokenizer = steps[0] if len(steps) == 1 else pre.Sequence(steps)
        if normalizer:
            t.normalizer = normalizers.NFC()
        parts = json.loads(t.to_str())
        cases.append({"pre": name, "normalizer": parts["normalizer"], "pre_tokenizer": parts["pre_tokenizer"], "ignore_merges": whole, "config": config,
                      "encodings": [None if SIMPLER.get(name, lambda x: False)(x) else t.encode(x, add_special_tokens=False).ids for x in TEXTS]})
    write("byte-level/cases.json", js({"texts": TEXTS, "cases": cases}))
    merges = "#version: 0.2\r\n" + "".join(" ".join(m) + "\r\n" for m in model["merges"])
    write("gpt2-slow/vocab.json", js(model["vocab"]))
    write("gpt2-slow/merges.txt", merges)
    t = Tokenizer(models.BPE(vocab=model["vocab"], merges=[tuple(x) for x in model["merges"]]))
    t.pre_tokenizer = level()
    write("gpt2-slow/expected.json", js(ids(lambda x: t.encode(x).ids)))


def train(**options):
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter([line for x in TRAIN for line in x.splitlines() if line.strip()]), model_writer=out, minloglevel=2, hard_vocab_limit=False,
                                   max_sentence_length=10000, **options)
    return out.getvalue()


def pieces():
    """SentencePiece's own file, the same tokenizer in tokenizer.json, and unigram models."""
    model = train(vocab_size=600, model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
                  character_coverage=0.98, split_digits=True, user_defined_symbols=["<user>"])
    sp = spm.SentencePieceProcessor(model_proto=model)
    write("llama-spm/tokenizer.model", model)
    write("llama-spm/tokenizer_config.json", js({"add_bos_token": True, "bos_token": "<s>", "added_tokens_decoder": {
        "610": {"content": "<|im_end|>", "special": False}, "611": {"content": "▁odd▁one", "special": False}, "612": {"content": "[SYS]", "special": True}}}))
    write("llama-spm/config.json", js({"vocab_size": 620, "bos_token_id": 1, "eos_token_id": [2, 612], "pad_token_id": -1}))
    plain = [x for x in TEXTS if "\r" not in x]
    write("llama-spm/expected.json", js(ids(sp.encode, plain)))
    # the same as merges: the pairs of pieces that are one, by its rank
    proto = pb.ModelProto.FromString(model)
    vocab = {x.piece: i for i, x in enumerate(proto.pieces)}
    merges = []
    for x in proto.pieces:
        if x.type == 1 and len(x.piece) > 1:
            pairs = [(x.piece[:i], x.piece[i:]) for i in range(1, len(x.piece)) if x.piece[:i] in vocab and x.piece[i:] in vocab]
            merges += [(vocab[x.piece], vocab[l], vocab[r], l, r) for l, r in pairs]
    t = Tokenizer(models.BPE(vocab=vocab, merges=[m[3:] for m in sorted(merges)], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    t.add_special_tokens([AddedToken("<unk>", normalized=False, special=True), AddedToken("<s>", normalized=False, special=True),
                          AddedToken("</s>", normalized=False, special=True)])
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
    write("llama-hf/tokenizer.json", t.to_str(pretty=False))
    write("llama-hf/tokenizer_config.json", js({"bos_token": {"content": "<s>"}, "eos_token": "</s>", "unk_token": "<unk>"}))
    write("llama-hf/expected.json", js(ids(lambda x: t.encode(x, add_special_tokens=False).ids, [x for x in plain if x])))
    t = Tokenizer(models.BPE(vocab=vocab, merges=[m[3:] for m in sorted(merges)], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = normalizers.Replace(" ", "▁")
    t.pre_tokenizer = pre.Split(" ", "merged_with_previous")
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    t.add_special_tokens([AddedToken("<unk>", normalized=False, special=True), AddedToken("<s>", normalized=False, special=True),
                          AddedToken("</s>", normalized=False, special=True), AddedToken("<|channel>", normalized=False, special=True)])
    write("gemma4/tokenizer.json", t.to_str(pretty=False))
    write("gemma4/expected.json", js(ids(lambda x: t.encode(x, add_special_tokens=False).ids, [x for x in plain if x])))
    rules = os.path.join(a.out, "rules.tsv")
    write("rules.tsv", "".join(f"{ord(l):X}\t{ord(r):X}\n" for l, r in (("～", "~"), ("“", '"'), ("”", '"'))) + "2026\t2E 2E 2E\n9\t20\nA\t20\nD\t20\n")
    model = train(vocab_size=300, model_type="unigram", normalization_rule_tsv=rules, character_coverage=0.98, unk_id=2, bos_id=-1, eos_id=1, pad_id=0)
    os.remove(rules)
    sp = spm.SentencePieceProcessor(model_proto=model)
    write("t5/spiece.model", model)
    write("t5/config.json", js({"vocab_size": 320, "eos_token_id": 1, "pad_token_id": 0}))
    words = [x for x in TEXTS if x.strip()]
    write("t5/expected.json", js(ids(sp.encode, [x for x in words if "=====" not in x])))  # of equal scores each takes another
    proto = pb.ModelProto.FromString(model)
    t = Tokenizer(models.Unigram([(x.piece, x.score) for x in proto.pieces], 2, False))
    t.normalizer = normalizers.Sequence([normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " "),
                                         normalizers.Strip()])
    t.pre_tokenizer = pre.Metaspace(prepend_scheme="always")
    t.add_special_tokens(["<pad>", "</s>", "<unk>"])
    t.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    write("unigram/tokenizer.json", t.to_str(pretty=False))
    write("unigram/tokenizer_config.json", js({"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}))
    write("unigram/expected.json", js(ids(lambda x: t.encode(x, add_special_tokens=False).ids, words)))


def word_piece():
    texts = [x for x in TEXTS if x.strip() and "हिन्दी" not in x]
    for name, lower in (("bert-uncased", True), ("bert-cased", False)):
        parts = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        parts.normalizer, parts.pre_tokenizer = normalizers.BertNormalizer(lowercase=lower), pre.BertPreTokenizer()
        words = [w for x in texts for w, _ in parts.pre_tokenizer.pre_tokenize_str(parts.normalizer.normalize_str(x))]
        vocab = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        vocab += sorted({ch for w in words for ch in w}) + sorted({"##" + ch for w in words for ch in w[1:] if ch != "z"})
        vocab += sorted({w[:n] for w in words for n in (2, 3, 5) if len(w) > n}) + sorted({"##" + w[-2:] for w in words if len(w) > 4})
        t = Tokenizer(models.WordPiece(vocab={w: i for i, w in enumerate(dict.fromkeys(vocab))}, unk_token="[UNK]"))
        t.normalizer, t.pre_tokenizer = parts.normalizer, parts.pre_tokenizer
        t.add_special_tokens(vocab[:5])
        t.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
                                                         special_tokens=[("[CLS]", t.token_to_id("[CLS]")), ("[SEP]", t.token_to_id("[SEP]"))])
        write(name + "/tokenizer.json", t.to_str(pretty=False))
        write(name + "/tokenizer_config.json", js({"unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "mask_token": "[MASK]"}))
        write(name + "/expected.json", js(ids(lambda x: t.encode(x).ids, texts)))


byte_level()
pieces()
word_piece()
