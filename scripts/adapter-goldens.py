#!/usr/bin/env python3
"""Makes testdata/adapters/NAME/: tiny LoRA adapters as PEFT saves them, for the models in testdata/checkpoints, and what PEFT computes with them.

  scripts/adapter-goldens.py [NAME ...]    all of them without a name

golden.json has the base, tokens, and logits of model and adapter in float32, the adapter beside the model. merged.safetensors has the weights that
merge_and_unload changes, computed in float64 and rounded once to float32; of a model whose embeddings are its output it has no output of its own, and
its embeddings are left out, as PEFT would change both.

Python needs torch, transformers, peft and safetensors. An adapter is the same in every run: its numbers are seeded by its name.
"""
import json, os, sys, tempfile, zlib

import peft, torch, transformers
from safetensors.torch import load_file, save_file

ROOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "testdata")
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]

# name: base, settings of LoraConfig
ADAPTERS = {
    "llama-patterns": ("llama", dict(r=4, lora_alpha=6, use_rslora=True, target_modules=LINEAR,
        rank_pattern={"q_proj": 2, r"layers\.1\.mlp\.(up|gate)_proj": 3},
        alpha_pattern={"layers.1.self_attn.v_proj": 9, "^model.layers.0.mlp.up_proj": 2, "k_proj": 5})),
    "llama-regex": ("llama", dict(r=3, lora_alpha=5, target_modules=r".*layers\.1\.(self_attn\.(q|k)_proj|mlp\.down_proj)")),
    "llama-ends": ("llama", dict(r=2, lora_alpha=4, target_modules=["embed_tokens", "lm_head", "q_proj"])),
    "llama-bias": ("llama-head", dict(r=2, lora_alpha=4, target_modules=["q_proj", "v_proj"], bias="lora_only", modules_to_save=["lm_head"])),
    "llama-dora": ("llama", dict(r=3, lora_alpha=6, use_dora=True, target_modules=LINEAR + ["embed_tokens"])),
    "gemma2-embeddings": ("gemma2", dict(r=2, lora_alpha=4, target_modules=["embed_tokens", "o_proj"])),
    "gemma2-output": ("gemma2", dict(r=2, lora_alpha=4, target_modules=["lm_head", "down_proj"])),
    "qwen2-whole": ("qwen2", dict(r=2, lora_alpha=4, target_modules=["k_proj"], modules_to_save=["embed_tokens"])),
    "gpt2-conv1d": ("gpt2", dict(r=3, lora_alpha=6, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True)),
    "gpt2-dora": ("gpt2", dict(r=3, lora_alpha=6, use_dora=True, target_modules=["c_attn", "c_proj"])),
    "phi3-fused": ("phi3", dict(r=3, lora_alpha=6, target_modules=["qkv_proj", "gate_up_proj", "o_proj"])),
    "bloom-fused": ("bloom", dict(r=2, lora_alpha=6, target_modules=["query_key_value", "dense"])),
}


def make(name):
    base, settings = ADAPTERS[name]
    source = os.path.join(ROOT, "checkpoints", base)
    out = os.path.join(ROOT, "adapters", name)
    torch.manual_seed(zlib.crc32(name.encode()))
    model = transformers.AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    tied = model.config.tie_word_embeddings
    adapted = peft.get_peft_model(model, peft.LoraConfig(task_type="CAUSAL_LM", init_lora_weights=True, **settings))
    with torch.no_grad():
        for key, value in adapted.named_parameters():
            if "magnitude" in key:
                value *= 1 + 0.3 * torch.randn_like(value)
            elif "lora_" in key:
                value.copy_(torch.randn_like(value) * (0.3 if "_A" in key else 0.1))
            elif value.requires_grad:
                value += 0.05 * torch.randn_like(value)
    adapted.eval()
    with open(os.path.join(source, "golden.json")) as file:
        tokens = json.load(file)["tokens"]
    with torch.no_grad():
        logits = adapted(torch.tensor([tokens])).logits[0]
    os.makedirs(out, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        adapted.save_pretrained(folder)
        with open(os.path.join(folder, "adapter_config.json")) as file:
            config = json.load(file)
        save_file(load_file(os.path.join(folder, "adapter_model.safetensors")), os.path.join(out, "adapter_model.safetensors"))
    config["base_model_name_or_path"] = "tiny/" + base
    for key in ("target_modules", "modules_to_save"):
        if isinstance(config[key], list):
            config[key].sort()
    with open(os.path.join(out, "adapter_config.json"), "w") as file:
        json.dump(config, file, indent=1, sort_keys=True)
    with open(os.path.join(out, "golden.json"), "w") as file:
        json.dump({"base": base, "tokens": tokens, "logits": [[round(x, 6) for x in row] for row in logits.tolist()]}, file)
    merged = adapted.double().merge_and_unload().state_dict()
    ends = [model.get_input_embeddings().weight.data_ptr()] if tied else []
    changed = {key: value.float().contiguous() for key, value in merged.items()
               if value.data_ptr() not in ends and not torch.equal(value.float(), before[key])}
    save_file(changed, os.path.join(out, "merged.safetensors"))
    print(name, sorted(changed)[:3], len(changed))


for each in sys.argv[1:] or ADAPTERS:
    make(each)
