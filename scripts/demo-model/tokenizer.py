"""Trains a byte-level BPE on the corpus and encodes the corpus with it.

    tokenizer.py CORPUS.jsonl TOKENIZER.json TOKENS.npy [--vocab 2560] [--reuse]

The pre-tokenizer is the one that llama.cpp calls `smollm`: single digits, then GPT-2's expression.
"""
import argparse
import json

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def train(documents: list[str], vocab: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocab, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                                  show_progress=False)
    # The markers of a conversation are tokens of their own, so no merge may learn from them.
    texts = (part for doc in documents for part in doc.replace("<|im_start|>", "\0").replace("<|im_end|>", "\0").split("\0"))
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("corpus")
    p.add_argument("tokenizer")
    p.add_argument("tokens")
    p.add_argument("--vocab", type=int, default=2560)
    p.add_argument("--reuse", action="store_true", help="TOKENIZER.json exists: only encode")
    a = p.parse_args()
    with open(a.corpus, encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    if a.reuse:
        tokenizer = Tokenizer.from_file(a.tokenizer)
    else:
        tokenizer = train(documents[:60_000], a.vocab)
        tokenizer.save(a.tokenizer)
    end = tokenizer.token_to_id("<|endoftext|>")
    ids = []
    for at in range(0, len(documents), 4096):
        for encoding in tokenizer.encode_batch(documents[at:at + 4096]):
            ids.append(np.array(encoding.ids + [end], dtype=np.uint16))
    np.save(a.tokens, np.concatenate(ids))
    words = sum(len(doc.split()) for doc in documents)
    total = sum(map(len, ids))
    print(f"{tokenizer.get_vocab_size()} tokens in the vocabulary, {total} in the corpus, {total / words:.3f} per word")


if __name__ == "__main__":
    main()
