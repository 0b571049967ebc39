"""Writes the corpus: one JSON string per line, each a document. The same seed always gives the same corpus.

    corpus.py OUT.jsonl [--words 8000000] [--seed 1]
"""
import argparse
import json
from random import Random

from stories import story
from talk import chat, quiz, story_quiz, text

# What a document is, and how often (by documents; stories are the longest).
MIX = [(lambda rng: story(rng).text, 40), (text, 22), (quiz, 10), (story_quiz, 5), (chat, 23)]


def document(rng: Random) -> str:
    makers, weights = zip(*MIX)
    return rng.choices(makers, weights)[0](rng)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out")
    p.add_argument("--words", type=int, default=8_000_000)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    rng, seen, words = Random(a.seed), set(), 0
    with open(a.out, "w", encoding="utf-8") as out:
        while words < a.words:
            doc = document(rng)
            if len(doc) > 300 and doc in seen:
                continue
            seen.add(doc)
            words += len(doc.split())
            out.write(json.dumps(doc, ensure_ascii=False) + "\n")
    print(f"{len(seen)} different documents, {words} words")


if __name__ == "__main__":
    main()
