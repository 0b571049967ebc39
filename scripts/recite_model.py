#!/usr/bin/env python3
"""Writes a model whose answers are known, for tests of what a terminal shows.

    recite_model.py FILE.gguf

Every piece of its texts is a token, and what comes next depends on the last token alone: the only
block of this Llama adds nothing, embeddings are one-hot, and the output's matrix has a one where a
token follows another. The word that is said picks the text. ENDLESS comes again and again, so that
an answer stays unfinished until somebody stops it.
"""
import struct
import sys

ENDLESS = " "
TEXTS = {
    "table": [
        "| name | what |\n",
        "|---|---|\n",
        "| one | first |\n",
        "| two | second |\n",
        "| three | third",
        ENDLESS,
    ],
    "code": [
        "Here it is:\n",
        "def half(x):\n",
        "    if x % 2:\n",
        "        return None\n",
        "\treturn x / 2\n",
        "print(half(4))",
        "</s>",
    ],
}
WIDTH = 32  # values of an embedding, and tokens at most

tokens = ["<unk>", "<s>", "</s>", ENDLESS]
follows = {(tokens.index(ENDLESS), tokens.index(ENDLESS))}
for word, pieces in TEXTS.items():
    tokens.append(word)
    last = len(tokens) - 1
    for piece in pieces:
        if piece not in tokens:
            tokens.append(piece)
        follows.add((last, tokens.index(piece)))
        last = tokens.index(piece)
assert len(tokens) <= WIDTH

U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
FORMS = {U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}


def text(of):
    return struct.pack("<Q", len(of.encode())) + of.encode()


def value(kind, of):
    return text(of) if kind == STRING else struct.pack(FORMS[kind], of)


def entry(key, kind, of):
    if isinstance(of, list):
        head = struct.pack("<IIQ", ARRAY, kind, len(of))
        return text(key) + head + b"".join(value(kind, x) for x in of)
    return text(key) + struct.pack("<I", kind) + value(kind, of)


def matrix(rows, ones=()):
    values = [0.0] * (rows * WIDTH)
    for row, column in ones:
        values[row * WIDTH + column] = 1.0
    return [WIDTH, rows], values


NORMAL, UNKNOWN, CONTROL, USER_DEFINED = 1, 2, 3, 4
kinds = [UNKNOWN, CONTROL, CONTROL] + [USER_DEFINED if t in TEXTS else NORMAL for t in tokens[3:]]
entries = [
    entry("general.architecture", STRING, "llama"),
    entry("general.name", STRING, "recite"),
    entry("llama.context_length", U32, 1 << 20),
    entry("llama.embedding_length", U32, WIDTH),
    entry("llama.feed_forward_length", U32, WIDTH),
    entry("llama.block_count", U32, 1),
    entry("llama.attention.head_count", U32, 1),
    entry("llama.attention.head_count_kv", U32, 1),
    entry("llama.attention.layer_norm_rms_epsilon", F32, 1e-5),
    entry("llama.rope.dimension_count", U32, WIDTH),
    entry("tokenizer.ggml.model", STRING, "llama"),
    entry("tokenizer.ggml.tokens", STRING, [t.replace(" ", "\u2581") for t in tokens]),
    entry("tokenizer.ggml.scores", F32, [0.0] * len(tokens)),
    entry("tokenizer.ggml.token_type", I32, kinds),
    entry("tokenizer.ggml.unknown_token_id", U32, 0),
    entry("tokenizer.ggml.bos_token_id", U32, 1),
    entry("tokenizer.ggml.eos_token_id", U32, 2),
    entry("tokenizer.ggml.add_bos_token", BOOL, False),
    entry("tokenizer.ggml.add_space_prefix", BOOL, False),
    entry("tokenizer.chat_template", STRING, "{{ messages[-1].content }}"),
]
nothing = matrix(WIDTH)
ones = ([WIDTH], [1.0] * WIDTH)
block = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
tensors = {
    "token_embd.weight": matrix(len(tokens), [(i, i) for i in range(len(tokens))]),
    "output.weight": matrix(len(tokens), [(after, before) for before, after in follows]),
    "output_norm.weight": ones,
    "blk.0.attn_norm.weight": ones,
    "blk.0.ffn_norm.weight": ones,
    **{f"blk.0.{name}.weight": nothing for name in block},
}

ALIGNMENT = 32  # of which every tensor of this width is a multiple
infos, data = b"", b""
for name, (shape, values) in tensors.items():
    infos += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
    data += struct.pack(f"<{len(values)}f", *values)
head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries) + infos
with open(sys.argv[1], "wb") as file:
    file.write(head + b"\0" * (-len(head) % ALIGNMENT) + data)
