"""Writes a trained model as GGUF: matrices Q8_0, norms F32.

    export.py MODEL.pt TOKENIZER.json OUT.gguf [--type f32]
"""
import argparse
import json

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType, LlamaFileType, TokenType

# ChatML; the first message may be a system message, none is added.
CHAT_TEMPLATE = """{%- for message in messages -%}
{{ '<|im_start|>' + message['role'] + '\n' + message['content'] | trim + '<|im_end|>\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{ '<|im_start|>assistant\n' }}
{%- endif -%}
"""


def add_tokenizer(out: gguf.GGUFWriter, path: str) -> None:
    with open(path, encoding="utf-8") as file:
        t = json.load(file)
    vocab = sorted(t["model"]["vocab"], key=t["model"]["vocab"].get)
    special = {token["content"] for token in t["added_tokens"]}
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("smollm")
    out.add_token_list(vocab)
    out.add_token_types([TokenType.CONTROL if token in special else TokenType.NORMAL for token in vocab])
    out.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in t["model"]["merges"]])
    out.add_bos_token_id(vocab.index("<|endoftext|>"))
    out.add_eos_token_id(vocab.index("<|endoftext|>"))
    out.add_eot_token_id(vocab.index("<|im_end|>"))
    out.add_add_bos_token(False)
    out.add_chat_template(CHAT_TEMPLATE)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("tokenizer")
    p.add_argument("out")
    p.add_argument("--type", choices=["q8_0", "f16", "f32"], default="q8_0")
    a = p.parse_args()
    saved = torch.load(a.model)
    c, weights = saved["config"], saved["model"]
    kind = GGMLQuantizationType[a.type.upper()]

    out = gguf.GGUFWriter(a.out, "llama")
    out.add_name("jora demo")
    out.add_description("A very small language model that tells stories from a small world; trained from scratch for jora")
    out.add_license("apache-2.0")
    out.add_languages(["en"])
    out.add_size_label(f"{sum(w.numel() for w in weights.values()) / 1e6:.1f}M")
    out.add_context_length(c["context"])
    out.add_embedding_length(c["dim"])
    out.add_feed_forward_length(c["ffn"])
    out.add_block_count(c["layers"])
    out.add_head_count(c["heads"])
    out.add_head_count_kv(c["kv_heads"])
    out.add_rope_dimension_count(c["head_dim"])
    out.add_rope_freq_base(c["rope_base"])
    out.add_layer_norm_rms_eps(c["eps"])
    out.add_vocab_size(c["vocab"])
    out.add_file_type({"q8_0": LlamaFileType.MOSTLY_Q8_0, "f16": LlamaFileType.MOSTLY_F16, "f32": LlamaFileType.ALL_F32}[a.type])
    out.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(out, a.tokenizer)
    # The names in model.py are GGUF's own, and its RoPE turns neighbouring pairs as llama.cpp's does: nothing is renamed or permuted.
    for name, weight in weights.items():
        data = weight.float().numpy()
        if data.ndim == 2 and a.type != "f32":
            out.add_tensor(name, gguf.quants.quantize(data, kind), raw_dtype=kind)
        else:
            out.add_tensor(name, data.astype(np.float32))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    main()
