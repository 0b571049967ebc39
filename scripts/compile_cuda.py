"""CUDA C++ to PTX with NVRTC, and a trial assembly for every card; see compile-cuda."""

import argparse
import concurrent.futures
import ctypes
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TARGETS = ["compute_61", "compute_80"]
CARDS = ["61", "70", "75", "80", "86", "89", "90", "100", "120"]
OPTIONS = ["--std=c++17", "--generate-line-info", "--extra-device-vectorization", "-default-device"]
NVRTC = "nvidia-cuda-nvrtc-cu12-12.0.140/nvidia/cuda_nvrtc/lib"
HEADERS = "nvidia-cuda-runtime-cu12-12.0.146/nvidia/cuda_runtime/include"
# the first is what the table shows; the other is what an old driver has in it
PTXAS = [f"nvidia-cuda-nvcc-cu12-{v}/nvidia/cuda_nvcc/bin/ptxas" for v in ("12.9.86", "12.0.140")]
UNKNOWN_TO_OLD = ["100", "120"]


class Failure(Exception):
    """What ends the work, in words of its own."""


class Nvrtc:
    """The compiler, through its C interface. One at a time in a process."""

    def __init__(self, tools):
        folder = tools / NVRTC
        for name in sorted(folder.glob("libnvrtc-builtins.so*")):
            ctypes.CDLL(str(name), mode=ctypes.RTLD_GLOBAL)  # else it is looked for by name
        self.lib = ctypes.CDLL(str(next(folder.glob("libnvrtc.so.*"))))
        self.lib.nvrtcGetErrorString.restype = ctypes.c_char_p
        self.headers = tools / HEADERS

    def text(self, what, program):
        size = ctypes.c_size_t()
        getattr(self.lib, f"nvrtcGet{what}Size")(program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        getattr(self.lib, f"nvrtcGet{what}")(program, buffer)
        return buffer.value.decode()

    def compile(self, source, target):
        """PTX of a file, and what the compiler says of it."""
        program = ctypes.c_void_p()
        self.lib.nvrtcCreateProgram(
            ctypes.byref(program), source.read_bytes(), source.name.encode(), 0, None, None
        )
        options = [f"--gpu-architecture={target}", f"--include-path={self.headers}"]
        options += [f"--include-path={source.parent}"] + OPTIONS
        array = (ctypes.c_char_p * len(options))(*[o.encode() for o in options])
        code = self.lib.nvrtcCompileProgram(program, len(options), array)
        log = self.text("ProgramLog", program).strip()
        if code:
            reason = self.lib.nvrtcGetErrorString(code).decode()
            raise Failure(f"{source.name} for {target}: {reason}\n{log}")
        ptx = self.text("PTX", program)
        self.lib.nvrtcDestroyProgram(ctypes.byref(program))
        # Line information names headers by path: keep the last part, so that all machines agree.
        ptx = re.sub(r'(\.file\s+\d+ ")[^"]*/', r"\1", ptx)
        # At what a line was inlined into, ptxas 12.0 dies for sm_90.
        return re.sub(r", function_name .*", "", ptx), log


def compile_file(job):
    """(PTX, log, fault) of one file for one target, in a process of its own."""
    tools, source, target = job
    try:
        return *Nvrtc(tools).compile(source, target), None
    except Failure as fault:
        return "", "", str(fault)


def targets_of(source):
    """What a file is compiled for."""
    with source.open(encoding="utf-8") as lines:
        line = lines.readline()
    if not line.startswith("// targets:"):
        return TARGETS
    targets = line.removeprefix("// targets:").split()
    strange = [t for t in targets if t not in TARGETS]
    if strange or not targets:
        raise Failure(f"{source.name}: '// targets:' takes some of {' '.join(TARGETS)}, not '{' '.join(strange)}'")
    return targets


def digest(source):
    """Of a source and all headers, each by name and content: CudaSourcesTest computes the same."""
    h = hashlib.sha256()
    for file in [source, *sorted(source.parent.glob("*.cuh"))]:
        h.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return h.hexdigest()


FUNCTION = re.compile(
    r"Compiling entry function '(\S+)' for|"
    r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads|"
    r"Used (\d+) registers(.*)"
)


def assemble(job):
    """(figures of each kernel, fault) of one PTX file for one card."""
    ptxas, ptx, card = job
    r = subprocess.run(
        [ptxas, "-v", "-lineinfo", f"-arch=sm_{card}", str(ptx), "-o", os.devnull],
        capture_output=True,
        text=True,
        check=False,
    )
    out = r.stdout + r.stderr
    if r.returncode:
        return [], out.strip() or f"ptxas ended with {r.returncode}"
    rows = []
    name, stack, spill = None, 0, 0
    for m in FUNCTION.finditer(out):
        if m[1]:
            name = m[1]
        elif m[2]:
            stack, spill = int(m[2]), int(m[3]) + int(m[4])
        else:
            shared = re.search(r"(\d+) bytes smem", m[6])
            rows.append((name, int(m[5]), stack, spill, int(shared[1]) if shared else 0))
    return rows, None


# threads, blocks and kilobytes of shared memory of a multiprocessor; all have 65536 registers
SM = {
    "61": (2048, 32, 96),
    "70": (2048, 32, 96),
    "75": (1024, 16, 64),
    "80": (2048, 32, 164),
    "86": (1536, 16, 100),
    "89": (1536, 24, 100),
    "90": (2048, 32, 228),
    "100": (2048, 32, 228),
    "120": (1536, 24, 100),
}


def resident(card, registers, shared, threads):
    """Warps of a multiprocessor that can be resident, and the most there can be."""
    most, blocks, kilobytes = SM[card]
    warps = -(-threads // 32)
    per_warp = -(-registers * 32 // 256) * 256
    reserve = 1024 if int(card) >= 80 else 0
    n = min(blocks, most // (32 * warps), 65536 // per_warp // warps)
    if shared:
        n = min(n, kilobytes * 1024 // (shared + reserve))
    return n * warps, most // 32


def threads_of(ptx, kernel):
    """The most threads of a block, as its launch bounds say."""
    bounds = re.search(rf"\.entry {re.escape(kernel)}\b[^{{]*?\.maxntid (\d+)", ptx, re.S)
    return int(bounds[1]) if bounds else 0


def trial(tools, texts, cards, table=None):
    """Assembles all, prints the table, writes it to a file too, and gives what is wrong."""
    faults = []
    with tempfile.TemporaryDirectory() as tmp:
        jobs = []
        for name, text in texts.items():
            path = pathlib.Path(tmp) / name
            path.write_text(text, encoding="utf-8")
            target = int(name.split(".compute_")[1].removesuffix(".ptx"))
            cards_of = [card for card in cards if int(card) >= target]
            jobs += [(tools / PTXAS[0], path, card) for card in cards_of]
            jobs += [(tools / PTXAS[1], path, card) for card in cards_of if card not in UNKNOWN_TO_OLD]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(assemble, jobs))
    rows = []
    for (ptxas, path, card), (figures, fault) in zip(jobs, results):
        new = ptxas == tools / PTXAS[0]
        where = f"{path.name} for sm_{card}" + ("" if new else " by ptxas 12.0")
        if fault:
            faults.append(f"{where}: {fault}")
        for kernel, registers, stack, spill, shared in figures:
            threads = threads_of(texts[path.name], kernel)
            if not threads:
                faults.append(f"{path.name}: {kernel} has no __launch_bounds__")
            if stack or spill:
                faults.append(f"{where}: {kernel} has {stack} bytes of stack, {spill} of spills")
            if not new:
                continue
            warps = "%d/%d" % resident(card, registers, shared, threads or 128)
            rows.append((path.name, kernel, f"sm_{card}", registers, stack, spill, shared, warps))
    print(f"{'kernel':32} {'card':6} regs stack spill shared  warps")
    last = None
    for name, kernel, *figures in rows:
        if name != last:
            print(name)
            last = name
        print("  {:30} {:6} {:4} {:5} {:5} {:6} {:>6}".format(kernel, *figures))
    if table:
        lines = ["\t".join(map(str, row)) for row in rows]
        columns = "file kernel card registers stack spills shared warps".replace(" ", "\t")
        table.write_text("\n".join([columns, *lines]) + "\n", encoding="utf-8")
    return list(dict.fromkeys(faults))


def compile_all(tools, sources):
    """PTX by file name; what a file has no kernel for yields none."""
    jobs = [(tools, source, target) for source in sources for target in targets_of(source)]
    texts, faults = {}, []
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for (_, source, target), (ptx, log, fault) in zip(jobs, pool.map(compile_file, jobs)):
            if fault:
                faults.append(fault)
            elif log:
                print(f"{source.name} for {target}:\n{log}", file=sys.stderr)
            if ".entry" in ptx:
                texts[f"{source.stem}.{target}.ptx"] = ptx
    if faults:
        raise Failure("\n".join(faults))
    return texts


def run(args):
    everything = sorted(args.sources.glob("*.cu"))
    strange = sorted(set(args.only) - {s.stem for s in everything})
    if strange:
        raise Failure(f"--only: there is no {strange[0]}.cu in {args.sources}")
    sources = [s for s in everything if not args.only or s.stem in args.only]
    texts = compile_all(args.tools, sources)
    if not args.quick:
        faults = trial(args.tools, texts, args.cards, args.table)
        if faults:
            raise Failure("\n".join(faults))

    listed = args.out / "sources.sha256"
    names = {s.name for s in everything}
    digests = {}
    if args.only and listed.exists():
        lines = (line.split() for line in listed.read_text().splitlines())
        digests = {name: value for value, name in lines if name in names}
    digests |= {s.name: digest(s) for s in sources}
    wanted = dict(texts)
    wanted["sources.sha256"] = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    stems = {s.stem for s in sources}
    # PTX of what is compiled now for a target that it no longer has, or of a source that is no more
    old = [
        f
        for f in sorted(args.out.glob("*.ptx"))
        if f.name not in wanted and (f.name.split(".")[0] in stems or f.name.split(".")[0] + ".cu" not in names)
    ]
    if args.check:
        stale = [n for n, t in wanted.items() if not (args.out / n).exists() or (args.out / n).read_text() != t]
        stale += [f.name for f in old]
        if stale:
            raise Failure(f"out of date: {' '.join(stale)}: run scripts/compile-cuda")
        return
    args.out.mkdir(parents=True, exist_ok=True)
    for f in old:
        f.unlink()
    for name, text in wanted.items():
        part = args.out / f".{name}.part"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(args.out / name)


def main():
    a = argparse.ArgumentParser(prog="compile-cuda")
    a.add_argument("--tools", type=pathlib.Path, required=True)
    a.add_argument("--root", type=pathlib.Path, required=True)
    a.add_argument("--sources", type=pathlib.Path)
    a.add_argument("--out", type=pathlib.Path)
    a.add_argument("--table", type=pathlib.Path)
    a.add_argument("--check", action="store_true")
    a.add_argument("--quick", action="store_true")
    a.add_argument("--only", action="append", default=[])
    a.add_argument("--cards", type=lambda text: text.split(","), default=CARDS)
    args = a.parse_args()
    if (args.sources is None) != (args.out is None):
        a.error("--sources and --out go together")
    if args.table and args.quick:
        a.error("--table has what assemblers say, and --quick asks none")
    strange = [card for card in args.cards if card not in CARDS]
    if strange:
        a.error(f"--cards: no {strange[0]} among {','.join(CARDS)}")
    args.sources = args.sources or args.root / "core/src/main/cuda"
    args.out = args.out or args.root / "core/src/main/resources/dev/jora/backend/cuda"
    try:
        run(args)
    except Failure as fault:
        sys.exit(f"compile-cuda: {fault}")


if __name__ == "__main__":
    main()
