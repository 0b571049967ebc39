"""llama.cpp's side of bench-grammar: PEER VOCABULARY.gguf FOLDER [ROUNDS] -> microseconds a token, of one pass of the grammar sampler over all tokens and accepting one."""
import ctypes, glob, os, statistics, sys, time

peer, file, folder = sys.argv[1:4]
rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 2
libs = peer + "/node_modules/@node-llama-cpp/linux-x64/bins/linux-x64/"
load = lambda name: ctypes.CDLL(glob.glob(libs + name)[0], mode=ctypes.RTLD_GLOBAL)
load("libggml-base*.so")
load("libggml.v*.so")
llama = load("libllama.v*.so")
P, I, S = ctypes.c_void_p, ctypes.c_int32, ctypes.c_char_p


class ModelParams(ctypes.Structure):
    """llama_model_params: the fields before the flags, of which the first is vocab_only."""
    _fields_ = [("before", ctypes.c_byte * 72), ("vocab_only", ctypes.c_bool), ("flags", ctypes.c_bool * 7)]


class TokenData(ctypes.Structure):
    _fields_ = [("id", I), ("logit", ctypes.c_float), ("p", ctypes.c_float)]


class TokenDataArray(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(TokenData)), ("size", ctypes.c_size_t), ("selected", ctypes.c_int64), ("sorted", ctypes.c_bool)]


def function(name, result, *arguments):
    f = getattr(llama, name)
    f.restype, f.argtypes = result, arguments
    return f


LOG = ctypes.CFUNCTYPE(None, ctypes.c_int, S, P)
silent = LOG(lambda level, text, data: None)
function("llama_log_set", None, LOG, P)(silent, None)
function("llama_backend_init", None)()
params = function("llama_model_default_params", ModelParams)()
params.vocab_only = True
model = function("llama_model_load_from_file", P, S, ModelParams)(file.encode(), params)
if not model:
    sys.exit(file + ": llama.cpp cannot load it")
vocab = function("llama_model_get_vocab", P, P)(model)
tokens = function("llama_vocab_n_tokens", I, P)(vocab)
tokenize = function("llama_tokenize", I, P, S, I, ctypes.POINTER(I), I, ctypes.c_bool, ctypes.c_bool)
make = function("llama_sampler_init_grammar", P, P, S, S)
apply = function("llama_sampler_apply", None, P, ctypes.POINTER(TokenDataArray))
accept = function("llama_sampler_accept", None, P, I)
free = function("llama_sampler_free", None, P)
fresh = (TokenData * tokens)(*[TokenData(id, 0.0, 0.0) for id in range(tokens)])
data = (TokenData * tokens)()
microseconds = lambda since: (time.perf_counter() - since) * 1e6


def grammar(path):
    start = time.perf_counter()
    sampler = make(vocab, open(path, "rb").read(), b"root")
    if not sampler:
        sys.exit(path + ": llama.cpp cannot read it")
    return sampler, microseconds(start) / 1e3


for round in range(rounds):
    sampler, took = grammar(os.path.join(folder, "large.gbnf"))
    free(sampler)
    print(f"compile large.gbnf: {took:.1f} ms")
for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
    text = open(path, "rb").read()
    ids = (I * (len(text) + 16))()
    n = tokenize(vocab, text, len(text), ids, len(ids), False, False)
    for round in range(rounds):
        sampler, _ = grammar(path[:-4] + ".gbnf")
        took = []
        for i in range(n):
            ctypes.memmove(data, fresh, ctypes.sizeof(fresh))
            array = TokenDataArray(data, tokens, -1, False)
            start = time.perf_counter()
            apply(sampler, ctypes.byref(array))
            accept(sampler, ids[i])
            took.append(microseconds(start))
        free(sampler)
        took.sort()
        print(f"{os.path.basename(path)[:-4]}: {n} tokens, us a token: mean {statistics.mean(took):.1f}, median {took[n // 2]:.1f},"
              f" 99% {took[n * 99 // 100]:.1f}, most {took[-1]:.1f}")
