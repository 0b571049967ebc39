#!/usr/bin/env python3
"""Token masks of llama.cpp's grammar sampler for the demo model: writes testdata/grammar/demo.json.

grammar-goldens.py LIBS [MODEL.gguf] [OUT.json]

LIBS is a folder with llama.cpp's shared libraries (libllama*.so, libggml*.so). Steps are as GrammarGoldenTest reads them: what may come before each
token, and behind the last. Texts are walks: at each step one of the allowed tokens, by a seeded draw.
"""
import ctypes as C, glob, hashlib, json, os, random, sys

GRAMMARS = {
    "literal": 'root ::= "yes" | "no" | "maybe later"',
    "class": 'root ::= [a-zA-Z_] [a-zA-Z0-9_]*',
    "unicode": 'root ::= ("привет" | "мир" | "日本" | "😀")+',
    "negated": 'root ::= [^a-m\\n]{2,12} "!"?',
    "negated-unicode": 'root ::= "<" [^а-яё>]* ">"',
    "range-unicode": 'root ::= [Ѐ-ӿ一-龥]{3,6} | [À-ÿ]+',
    "dot": 'root ::= "\\"" .* "\\""',
    "json": '''root ::= object
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws (string ":" ws value ("," ws string ":" ws value)*)? "}" ws
array ::= "[" ws (value ("," ws value)*)? "]" ws
string ::= "\\"" ([^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\bfnrt] | "u" [0-9a-fA-F]{4}))* "\\"" ws
number ::= "-"? ([0-9] | [1-9] [0-9]{0,15}) ("." [0-9]+)? ([eE] [-+]? [0-9]{1,15})? ws
ws ::= | " " | "\\n" [ \\t]{0,20}''',
    "arithmetic": 'root ::= (expr "=" term "\\n")+\nexpr ::= term ([-+*/] term)*\nterm ::= [0-9]+ | "(" expr ")"',
    "balanced": 'root ::= "(" root ")" root | "[" root "]" root | ""',
    "ambiguous": 'root ::= (a | b)*\na ::= "a" | "aa" | "ab"\nb ::= "b" | "ba" | "bb" a?',
    "copies": 'root ::= ("x" [0-9]{1,3} ","?){2,5} "."',
    "tail": 'root ::= item\nitem ::= "- " [^\\n]+ "\\n" item | "- " [^\\n]+ "\\n"',
    "palindromes": 'root ::= "a" root "a" | "b" root "b" | [ab]?',
    "escapes": 'root ::= "\\x41\\u0042\\t" [\\]\\-^]+ "\\\\"',
    "nullable": 'root ::= a? b? c? "."\na ::= "a"* \nb ::= ("b" | "")\nc ::= a b',
    "list": 'root ::= "one" (", " ("two" | "three" | "four" [a-z]?))* " and " "five"',
    "chess": 'root ::= "1. " move " " move "\\n" ([1-9] [0-9]? ". " move " " move "\\n")+\nmove ::= (pawn | other) [+#]?\n'
             'pawn ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?\nother ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]',
}

libs, model_file, out = (sys.argv[1:] + [None, None])[:3]
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
model_file = model_file or os.path.join(here, "testdata/jora-demo.gguf")
out = out or os.path.join(here, "testdata/grammar/demo.json")
lib = lambda name: C.CDLL(glob.glob(os.path.join(libs, name))[0], mode=C.RTLD_GLOBAL)
lib("libggml-base*.so"); ggml = lib("libggml.*so*"); llama = lib("libllama.*so*")
P = C.c_void_p


class ModelParams(C.Structure):
    _fields_ = [("head", C.c_char * 64), ("flags", C.c_bool * 64)]


class TokenData(C.Structure):
    _fields_ = [("id", C.c_int32), ("logit", C.c_float), ("p", C.c_float)]


class TokenArray(C.Structure):
    _fields_ = [("data", C.POINTER(TokenData)), ("size", C.c_size_t), ("selected", C.c_int64), ("sorted", C.c_bool)]


def f(name, result, *args):
    g = getattr(llama, name); g.restype, g.argtypes = result, args; return g


LOG = C.CFUNCTYPE(None, C.c_int, C.c_char_p, P)
quiet = LOG(lambda *_: None)
f("llama_log_set", None, LOG, P)(quiet, None)
ggml.ggml_backend_load_all_from_path.argtypes = [C.c_char_p]
ggml.ggml_backend_load_all_from_path(libs.encode())
f("llama_backend_init", None)()
params = f("llama_model_default_params", ModelParams)()
model = f("llama_model_load_from_file", P, C.c_char_p, ModelParams)(model_file.encode(), params)
vocab = f("llama_model_get_vocab", P, P)(model)
size = f("llama_vocab_n_tokens", C.c_int32, P)(vocab)
is_eog = f("llama_vocab_is_eog", C.c_bool, P, C.c_int32)
init = f("llama_sampler_init_grammar", P, P, C.c_char_p, C.c_char_p)
apply = f("llama_sampler_apply", None, P, C.POINTER(TokenArray))
accept = f("llama_sampler_accept", None, P, C.c_int32)
free = f("llama_sampler_free", None, P)
ends = [i for i in range(size) if is_eog(vocab, i)]


def mask(sampler):
    data = (TokenData * size)(*[TokenData(i, 0.0, 0.0) for i in range(size)])
    apply(sampler, C.byref(TokenArray(data, size, -1, False)))
    return [t.id for t in data if t.logit > -1e30]


def step(allowed):
    ids = [i for i in allowed if i not in ends]
    return {"allowed": len(ids), "hash": hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()[:16], "end": len(ids) < len(allowed)}


cases = []
for name, grammar in GRAMMARS.items():
    texts = []
    for seed in range(4):
        draw = random.Random(f"{name} {seed}")
        sampler = init(vocab, grammar.encode(), b"root")
        assert sampler, name
        tokens, steps = [], []
        while True:
            allowed = mask(sampler)
            steps.append(step(allowed))
            going = [i for i in allowed if i not in ends]
            if not going or len(tokens) == 24:
                break
            tokens.append(draw.choice(going)); accept(sampler, tokens[-1])
        free(sampler)
        texts.append({"text": "", "tokens": tokens, "accepted": len(tokens), "steps": steps})
    cases.append({"name": name, "grammar": grammar, "parses": True, "texts": texts})
with open(out, "w") as file:
    file.write('{"model": "jora-demo.gguf", "cases": [\n')
    file.write(",\n".join(json.dumps(case, ensure_ascii=False) for case in cases))
    file.write("\n]}\n")
