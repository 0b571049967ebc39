package dev.jora.model.checkpoint;

/**
 * Which files an architecture's tokenizer is read from and what it adds to them, as llama.cpp's
 * converter has it.
 */
public enum TokenizerKind {
  /** Llama's: SENTENCE_PIECE, and add_space_prefix where tokenizer_config.json has it. */
  LLAMA,
  /** tokenizer.model if there is one, else Llama's BPE of bytes and characters, else BPE. */
  SENTENCE_PIECE,
  /** Byte-level BPE: tokenizer.json, or vocab.json and merges.txt. */
  BPE,
  /** tokenizer.json if there is one, else tokenizer.model. */
  BPE_OR_SENTENCE_PIECE,
  /** GEMMA2 with the end of a turn. */
  GEMMA,
  /** SENTENCE_PIECE without a space before the text; Gemma 2's and 3's. */
  GEMMA2,
  /** BPE over characters with ▁ for spaces. */
  GEMMA4,
  /** BPE that begins no text with a token. */
  PHI2,
  /** BPE if tokenizer_config.json says GPT2Tokenizer, else SENTENCE_PIECE with tokenizer.json. */
  PHI3,
  /** BPE with the special tokens of GLM 4. */
  GLM4,
  /** BPE with the special tokens of GLM 4.5. */
  GLM4_MOE,
  /** SENTENCE_PIECE with the ids of padding and unknown. */
  NEMOTRON,
  /** SENTENCE_PIECE, then add_space_prefix where tokenizer_config.json has it. */
  ERNIE,
  /** BPE whose end of a text is the configuration's eod_token_id. */
  HUNYUAN,
  /** WordPiece: tokenizer.json or vocab.txt. */
  BERT,
  /** What tokenizer.json is, WordPiece, Unigram or BPE, or else the other files; token types. */
  ENCODER,
  /** BPE whose texts begin and end with a token, if tokenizer.json does not say otherwise. */
  MODERN_BERT,
  /** BPE whose texts begin with no token, if tokenizer.json does not say otherwise. */
  EURO_BERT,
  /** Unigram: tokenizer.model, spiece.model, sentencepiece.bpe.model or tokenizer.json. */
  T5,
  /** RWKV's list of byte strings. */
  RWKV
}
