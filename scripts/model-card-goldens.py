#!/usr/bin/env python3
"""Writes testdata/convert/model-cards.json: what llama.cpp's Python package makes of model ids and
of folders with model cards. Needs: pip install gguf==0.19.0 (llama.cpp itself has since changed how it
reads 26B-A4B and labels 1000000 weights: the tests have these by hand)"""
import json, os, tempfile
from pathlib import Path
import gguf
from gguf.metadata import Metadata

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../testdata/convert/model-cards.json")

# Model ids with numbers of weights: 0 for not known, below 0 for adapters.
IDS = [
    ("Qwen/Qwen2.5-0.5B-Instruct", 494_032_768), ("mistralai/Mixtral-8x7B-Instruct-v0.1", 46_702_792_704),
    ("bloom-7b1", 7_069_016_064), ("Meta-Llama-3-8B", 8_030_261_248), ("google/gemma-3-4b-it", 4_300_079_472),
    ("gpt2", 124_439_808), ("gpt2-xl", 1_557_611_200), ("gpt2-medium", 354_823_168),
    ("Phi-3-mini-128k-instruct", 3_821_079_552), ("microsoft/Phi-3-medium-4k-instruct", 13_960_238_080),
    ("DeepSeek-R1-Distill-Qwen-1.5B", 1_777_088_000), ("deepseek-ai/DeepSeek-V3-0324", 671_026_419_200),
    ("meta-llama/Llama-2-7b-chat-hf", 6_738_415_616), ("meta-llama/Llama-3.2-1B-Instruct", 1_235_814_400),
    ("meta-llama/Llama-4-Scout-17B-16E-Instruct", 108_641_793_536), ("Qwen/Qwen3-30B-A3B-Instruct-2507", 30_532_122_624),
    ("Qwen/Qwen3-235B-A22B", 235_093_634_560), ("Qwen/Qwen3-0.6B-Base", 596_049_920),
    ("Qwen/Qwen2-57B-A14B-Instruct", 57_409_024_000), ("Qwen/QwQ-32B-Preview", 32_763_876_352),
    ("Qwen/Qwen2.5-Coder-7B-Instruct-128K", 7_615_616_512), ("Qwen1.5-MoE-A2.7B-Chat", 14_315_784_192),
    ("HuggingFaceTB/SmolLM2-135M-Instruct", 134_515_008), ("HuggingFaceTB/SmolLM3-3B", 3_075_098_624),
    ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1_100_048_384), ("openai/gpt-oss-20b", 20_914_757_184),
    ("EleutherAI/pythia-160m-deduped-v0", 162_322_944), ("EleutherAI/gpt-neox-20b", 20_554_567_680),
    ("bigcode/starcoder2-3b", 3_030_371_328), ("tiiuae/falcon-7b-instruct", 6_921_720_704),
    ("tiiuae/Falcon-H1-1.5B-Deep-Instruct", 1_554_860_032), ("state-spaces/mamba-130m-hf", 129_135_360),
    ("CohereForAI/c4ai-command-r7b-12-2024", 8_028_033_024), ("CohereForAI/c4ai-command-r-v01", 34_980_831_232),
    ("ibm-granite/granite-3.1-8b-instruct", 8_170_848_256), ("ibm-granite/granite-3.0-1b-a400m-base", 1_334_628_352),
    ("allenai/OLMo-2-1124-7B-Instruct", 7_298_617_344), ("allenai/OLMoE-1B-7B-0924", 6_919_161_856),
    ("stabilityai/stablelm-2-1_6b-chat", 1_644_515_328), ("stabilityai/stablelm-zephyr-3b", 2_795_443_200),
    ("mistralai/Mistral-7B-Instruct-v0.3", 7_248_023_552), ("mistralai/Mistral-Small-3.1-24B-Base-2503", 24_011_361_280),
    ("mistralai/Mixtral-8x22B-v0.1", 140_620_634_112), ("mistralai/Ministral-8B-Instruct-2410", 8_019_808_256),
    ("NousResearch/Hermes-3-Llama-3.1-8B", 8_030_277_632), ("NousResearch/Yarn-Mistral-7b-128k", 7_241_732_096),
    ("gradientai/Llama-3-8B-Instruct-262k", 8_030_261_248), ("01-ai/Yi-1.5-34B-Chat-16K", 34_388_917_248),
    ("internlm/internlm2_5-7b-chat-1m", 7_737_708_544), ("THUDM/glm-4-9b-chat", 9_399_951_392),
    ("zai-org/GLM-4.5-Air", 106_852_245_504), ("LGAI-EXAONE/EXAONE-4.0-1.2B", 1_279_391_488),
    ("swiss-ai/Apertus-8B-Instruct-2509", 8_053_338_176), ("tencent/Hunyuan-A13B-Instruct", 80_393_183_232),
    ("baidu/ERNIE-4.5-0.3B-PT", 360_748_032), ("LiquidAI/LFM2-1.2B", 1_170_340_608),
    ("ByteDance-Seed/Seed-OSS-36B-Instruct", 36_151_104_512), ("nvidia/Nemotron-Mini-4B-Instruct", 4_191_000_000),
    ("TheBloke/Mistral-7B-Instruct-v0.2-GGUF", 7_241_732_096), ("unsloth/Llama-3.2-1B-Instruct-bnb-4bit", 1_235_814_400),
    ("someone/llama3-8b-lora", -20_971_520), ("someone/qwen2-7b-instruct-128k-lora", -40_000_000),
    ("someone/tiny-1m-adapter", -500_000_000), ("model-fp16-q4_K_M-iq2_xs-bf16", 7_000_000_000),
    ("xl-base", 100), ("t5-xxl", 11_000_000_000), ("flan-t5-small", 77_000_000), ("7B", 7_000_000_000),
    ("v0.1", 1000), ("2.0-alpha-7B", 7_000_000_000), ("base-iter100-7B-iter200", 7_000_000_000),
    ("a--b---7B-", 7_000_000_000), ("-", 0), ("", 0), ("./local-7B-chat", 7_000_000_000), ("../x-1B", 1_000_000_000),
    ("/7B-chat", 0), ("org/", 0), ("a/b/c-7B", 7_000_000_000), ("My Great Model 7B", 7_000_000_000),
    ("Smaug-Llama-3-70B-Instruct-32K", 70_553_706_496), ("Big-1T-Instruct", 1_000_000_000_000),
    ("Model-7B-7B-7b-chat-vision", 7_000_000_000), ("model-8x1.5b2-x", 12_000_000_000), ("x-1.2.3-5b", 0),
    ("grok-1", 314_000_000_000), ("été-7b-Ünï", 7_000_000_000), ("model_v2-0_5b", 500_000_000),
]

TITLES = ["qwen3moe", "fused-three", "v1.0-beta", "7b-chat", "llama 3 v2 vx", "it's-l33t_x.y", "ABC-abc-aBc", "  a--b ", "été-ñandú", "3d-o3d", ""]

COUNTS = [
    (1, 1, 0, 0), (9, 9, 0, 0), (94, 94, 0, 0), (949, 949, 0, 0), (999, 999, 0, 0), (1500, 1500, 0, 0), (9_500, 9_500, 0, 0),
    (9_949, 9_949, 0, 0), (135_000, 135_000, 0, 0), (999_999, 999_999, 0, 0), (1_000_001, 1_000_001, 0, 0),
    (1_250_000, 1_250_000, 0, 0), (1_350_000, 1_350_000, 0, 0), (9_950_000, 9_950_000, 0, 0), (10_500_000, 10_500_000, 0, 0),
    (494_032_768, 494_032_768, 0, 0), (7_248_023_552, 7_248_023_552, 0, 0), (999_999_999_999, 5, 0, 0),
    (1_000_000_000_001, 5, 0, 0), (46_702_792_704, 1_605_000_000, 5_637_000_000, 8), (123_456, 100_000, 36_123, 4),
]

GENERATION = '{"top_k": 20, "top_p": 0.8, "temperature": 0.7, "repetition_penalty": 1.05, "do_sample": true, "eos_token_id": [1, 2]}'

# name of the folder, README.md, config.json, generation_config.json, number of weights
CARDS = [
    ("Qwen2.5-0.5B-Instruct", "---\nlicense: apache-2.0\nlicense_link: https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct/blob/main/LICENSE\nlanguage:\n- en\npipeline_tag: text-generation\nbase_model: Qwen/Qwen2.5-0.5B\ntags:\n- chat\nlibrary_name: transformers\n---\n\n# Qwen\n", '{"model_type": "qwen2"}', GENERATION, 494_032_768),
    ("llama", None, '{"_name_or_path": "meta-llama/Llama-2-7b-chat-hf"}', None, 6_738_415_616),
    ("my-model", None, '{"_name_or_path": "/home/me/models/x-7B"}', '{"broken": ', 135_000),
    ("Llama-3-8B-Instruct", None, '{"_name_or_path": ""}', None, 8_030_261_248),
    ("merge", "---\nbase_model:\n- mistralai/Mistral-7B-v0.1\n- https://huggingface.co/teknium/OpenHermes-2.5-Mistral-7B\n- https://example.org/a/b\n- ssh://git@example.org/m.git\n- name: Hand Made\n  author: Me\n  version: v7\n  organization: Us\n  description: long\n  url: https://u\n  doi: 10/1\n  uuid: abc\n  repo_url: https://r\n  other: no\ndatasets: [HuggingFaceH4/ultrachat_200k, 'openbmb/UltraFeedback', \"wikitext-103-v1\", https://huggingface.co/datasets/x/y]\nlanguages: [en, \"no\", de]\nlanguage: fr\ntags: merge # a comment\npipeline_tag: text-generation\n---\n", None, None, 7_241_732_096),
    ("norway", "---\nlanguage:\n- no\n- nb\n- en\nlicense:\n- mit\n- apache-2.0\n---\n", None, None, 1000),
    ("tabs", "---\nlanguage:\n\t- en\n\t- 'zh'\nlicense:\tother\nlicense_name:  \t my-license\n---\n", None, None, 1000),
    ("names", "---\nname: The Name\nmodel_name: Other\nauthor: A\nmodel_creator: C\nversion: v1\norganization: Org\ndescription: >\n  folded\n  text\n\nfinetune: chat\nbasename: Base\nmodel_type: llama\nsize_label: 3x9B\nurl: https://a\ndoi: 10.1/2\nuuid: u-u\nrepo_url: https://git\nlicense_name: n\n---\n", '{"_name_or_path": "o/Other-1B"}', None, 7_000_000_000),
    ("hf-names", "---\nmodel_name: Mistral 7B Instruct v0.2\nmodel_creator: Mistral AI_\nmodel_type: mistral\nmodel_version: '2'\nmodel_organization: O\nmodel_author: W\nmodel_description: |\n  two\n  lines\nmodel_finetune: f\nmodel_size_label: 7B\nmodel_url: https://m\nmodel_doi: d\nmodel_uuid: u\nmodel_repo_url: r\nquantized_by: TheBloke\nprompt_template: '<s>[INST] {prompt} [/INST]\n\n  '\n---\n", None, None, 7_241_732_096),
    ("thebloke-q4", "---\nbase_model: https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2\ninference: false\nmodel_creator: Mistral AI_\nmodel_name: Mistral 7B Instruct v0.2\nmodel_type: mistral\nwidget:\n- text: 'Hi: there'\n  output:\n    url: images/x.png\nmodel-index:\n- name: m\n  results:\n  - task: {type: text-generation, name: T}\n    metrics:\n    - {type: acc, value: 63.14}\n---\n", None, None, 7_241_732_096),
    ("nulls", "---\nname: null\nauthor: ~\nversion:\nlicense: mit\ntags: []\nlanguage:\nbase_model:\ndatasets: []\n---\n", None, None, 1000),
    ("empty-texts", "---\nauthor: ''\nlicense: \"\"\ndescription: ''\n---\n", None, None, 1000),
    ("no-front", "# Title\n---\nlicense: mit\n---\n", None, None, 1000),
    ("unclosed", "---\nlicense: mit\n", None, None, 1000),
    ("empty-readme", "", None, None, 1000),
    ("only-fences", "---\n---\n", None, None, 1000),
    ("scalar-card", "---\njust text\n---\n", None, None, 1000),
    ("list-card", "---\n- a\n- b\n---\n", None, None, 1000),
    ("windows-7B", "---\r\nlicense: mit\r\ntags:\r\n- a\r\n---\r\n", None, None, 7_000_000_000),
    ("comments", "---\n# head\nlicense: mit # tail\n\n  # deep\ntags: # tags\n  - a # one\n  # two\n  - \"b # not\"\n  - 'it''s'\n  - \"\\u00e9\\n\"\nlanguage: &l\n  - en\nlanguages: *l\nauthor: é ü 漢字 🦙\n---\n", None, None, 1000),
    ("sampling", None, None, '{"sequence": "a;b", "top_k": 50, "top_p": 1, "min_p": 0.05, "xtc_probability": 0.5, "xtc_threshold": 0.1, "temperature": 0.6, "penalty_last_n": -1, "penalty_repeat": 1.1, "mirostat": 2, "mirostat_tau": 5.0, "mirostat_eta": 0.1}', 1000),
    ("sampling-nulls", None, None, '{"top_k": null, "top_p": 0.95, "temperature": null}', 1000),
    ("dataset-single", "---\ndataset: a/b-v2\nbase_models: [x/y-7B]\n---\n", None, None, 7_000_000_000),
    ("sources", "---\ndataset_sources: https://huggingface.co/o/data-v3\nbase_model_sources:\n- My Base\n- ./local-7B\n- base\n---\n", None, None, 7_000_000_000),
    ("Phi-3-mini-128k-instruct", None, '{"_name_or_path": "Phi-3-mini-128k-instruct"}', None, 3_821_079_552),
    ("llama3-8b-lora", "---\nbase_model: meta-llama/Meta-Llama-3-8B\nlibrary_name: peft\n---\n", None, None, -20_971_520),
    ("A Folder With Spaces", None, None, None, 0),
    ("broken", "---\nlicense: [mit\nname: x\n---\n", None, None, 1000),
    ("colon", "---\ndescription: a: b\n---\n", None, None, 1000),
]


def folder(name, readme, config, generation, total):
    with tempfile.TemporaryDirectory() as temp:
        path = Path(temp) / name
        path.mkdir()
        for file, text in (("README.md", readme), ("config.json", config), ("generation_config.json", generation)):
            if text is not None:
                (path / file).write_bytes(text.encode())
        case = dict(name=name, readme=readme, config=config, generation=generation, total=total)
        try:
            metadata = Metadata.load(None, path, None, total)
        except Exception:
            return case | dict(fails=True)
        if metadata.size_label is None and total > 0:
            metadata.size_label = gguf.size_label(total, total, 0, 0)
        writer = gguf.GGUFWriter(None, "llama")
        writer.add_type("adapter" if total < 0 else "model")
        metadata.set_gguf_meta_model(writer)
        keys = [[key, value.type.name, value.value] for key, value in writer.kv_data[0].items() if key != "general.architecture"]
        file = gguf.naming_convention(metadata.name, metadata.basename, metadata.finetune, metadata.version, metadata.size_label, "Q8_0", "LoRA" if total < 0 else None)
        return case | dict(keys=keys, file=file + ".gguf")


data = dict(
    ids=[dict(id=id, total=total, parts=Metadata.get_model_id_components(id, total)) for id, total in [c for i, t in IDS for c in dict.fromkeys([(i, t), (i, 0)])]],
    titles=[[t, Metadata.id_to_title(t)] for t in TITLES],
    sizes=[[list(c), gguf.size_label(*c)] for c in COUNTS],
    folders=[folder(*card) for card in CARDS],
)
os.makedirs(os.path.dirname(FILE), exist_ok=True)
with open(FILE, "w", encoding="utf-8") as out:
    out.write("{\n")
    out.write(",\n".join(f'"{key}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]" for key, rows in data.items()))
    out.write("\n}\n")
