"""Continues prompts with a checkpoint, to look at it.

    sample.py MODEL.pt TOKENIZER.json [--temperature 0.8] [--count 100] [PROMPT ...]

Without prompts it takes a list of its own, from the model's world and from outside it. A prompt that starts with `chat:` is put into the
chat format.
"""
import argparse

import torch
from tokenizers import Tokenizer

from model import Config, Llama

PROMPTS = ["Once upon a time", "The little fox", "Anna went to the market with her grandmother.", "It was a cold winter morning, and Tom",
           "In a small village by the sea lived an old man", "One day a rabbit named Pip found a basket of plums.", "The capital of France is",
           "Bees are", "In autumn,", "Question: Why do leaves fall in autumn?\nAnswer:", "The old lighthouse", "Lucas opened the door and",
           "Quantum computers are", "The stock market fell on Monday because", "def main():", "In 1969, Neil Armstrong",
           "Жил-был старик", "🦊 🦊", "chat:Hello!", "chat:Who are you?", "chat:Tell me a story about a hedgehog and a storm.",
           "chat:What is the capital of Japan?", "chat:How do I make tea?", "chat:Explain the theory of relativity.",
           "chat:What is 3 + 4?", "chat:Write a story about a dragon who is afraid of fire.", "chat:Привет! Как дела?"]


@torch.no_grad()
def continue_(model: Llama, ids: list[int], count: int, temperature: float, ends: set[int]) -> list[int]:
    out: list[int] = []
    while len(out) < count:
        logits = model(torch.tensor([(ids + out)[-model.c.context:]]))[0, -1]
        next_ = logits.argmax() if temperature == 0 else torch.multinomial((logits / temperature).softmax(-1), 1)[0]
        if int(next_) in ends:
            break
        out.append(int(next_))
    return out


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("tokenizer")
    p.add_argument("prompts", nargs="*", default=PROMPTS)
    p.add_argument("--temperature", type=float, default=0)
    p.add_argument("--count", type=int, default=100)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    torch.set_num_threads(1)
    saved = torch.load(a.model)
    model = Llama(Config(**saved["config"]))
    model.load_state_dict(saved["model"])
    tokenizer = Tokenizer.from_file(a.tokenizer)
    ends = {tokenizer.token_to_id("<|endoftext|>"), tokenizer.token_to_id("<|im_end|>")}
    for prompt in a.prompts:
        if prompt.startswith("chat:"):
            prompt = f"<|im_start|>user\n{prompt[5:]}<|im_end|>\n<|im_start|>assistant\n"
        text = tokenizer.decode(continue_(model, tokenizer.encode(prompt).ids, a.count, a.temperature, ends))
        print(f"[{prompt}]{text}\n")


if __name__ == "__main__":
    main()
