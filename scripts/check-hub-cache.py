#!/usr/bin/env python3
"""Checks that jora and Python's huggingface_hub share the hub's cache: each finds, lists and uses what the other fetched, neither fetches it again,
and neither fetches what the other is fetching. Needs: pip install huggingface_hub; no network but the loopback.

  check-hub-cache.py [--jora bin/jora] [--only WORDS]
"""
import argparse, contextlib, hashlib, http.server, json, os, re, shutil, subprocess, sys, tempfile, threading, time, traceback, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--jora", default=os.path.join(HERE, "../bin/jora"))
p.add_argument("--only", default="", help="checks whose sentence has this")
p.add_argument("--step", help="of this program itself: one piece of work in a process of its own")
a = p.parse_args()

DEMO = open(os.path.join(HERE, "../testdata/jora-demo.gguf"), "rb").read()
COMMIT, OLDER = "0123456789abcdef0123456789abcdef01234567", "89abcdef0123456789abcdef0123456789abcdef"
SECOND = bytes(reversed(DEMO[:700_000]))
# repository -> commit -> path -> (content, is it a large file)
REPOS = {
    "user/gguf": {
        COMMIT: {"README.md": (b"# a model\n", False), "demo-Q8_0.gguf": (DEMO, True), "deep/er/other-Q4_0.gguf": (SECOND, True)},
        OLDER: {"README.md": (b"# older\n", False), "demo-Q8_0.gguf": (DEMO, True)},
    },
    "user/checkpoint": {
        COMMIT: {
            "config.json": (b'{"model_type": "llama"}', False), "tokenizer.json": (b"{}", False),
            "model.safetensors": (SECOND[:300_000], True), "README.md": (b"same", False),
        },
    },
}
REFS = {"main": COMMIT, "v1.0": OLDER, "refs/pr/1": OLDER}


def etag(content, large):
    return hashlib.sha256(content).hexdigest() if large else hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Hub(http.server.BaseHTTPRequestHandler):
    """A hub as huggingface_hub and jora ask it."""
    protocol_version = "HTTP/1.1"
    contents = []  # every request for the bytes of a large file
    pause = 0  # seconds between pieces of 64 KiB

    def log_message(self, *ignored):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            for at in range(0, len(body), 1 << 16):
                self.wfile.write(body[at:at + (1 << 16)])
                time.sleep(Hub.pause)

    def json(self, value):
        self.reply(200, json.dumps(value).encode(), Content_Type="application/json")

    def refuse(self, code):
        self.reply(404, b"{}", X_Error_Code=code)

    def do_HEAD(self):
        with contextlib.suppress(ConnectionError):  # whoever asked was killed
            self.answer()

    do_GET = do_HEAD

    def answer(self):
        path = urllib.parse.urlsplit(self.path).path
        api = re.fullmatch(r"/api/models/([^/]+/[^/]+)(/refs|/tree/.+|/revision/.+|)", path)
        file = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
        cdn = re.fullmatch(r"/cdn/([^/]+/[^/]+)/([0-9a-f]{40})/(.+)", path)
        match = api or file or cdn
        if not match or match[1] not in REPOS:
            return self.refuse("RepoNotFound")
        commits, what = REPOS[match[1]], urllib.parse.unquote(match[2]).strip("/")
        if api and what == "refs":
            branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": COMMIT}]
            return self.json({"branches": branches, "tags": [], "converts": []})
        revision = what.split("/", 1)[1] if api and "/" in what else what or "main"
        commit = REFS.get(revision, revision)
        if commit not in commits:
            return self.refuse("RevisionNotFound")
        files = commits[commit]
        if api and what.startswith("tree/"):
            return self.json([
                {"type": "file", "path": path, "size": len(c), "oid": hashlib.sha1(path.encode()).hexdigest() if large else etag(c, False)}
                | ({"lfs": {"oid": etag(c, True), "size": len(c), "pointerSize": 130}} if large else {}) for path, (c, large) in files.items()])
        if api:
            siblings = [{"rfilename": path} for path in files]
            return self.json({"id": match[1], "modelId": match[1], "sha": commit, "private": False, "gated": False, "siblings": siblings})
        path = urllib.parse.unquote(match[3])
        if path not in files:
            return self.reply(404, X_Error_Code="EntryNotFound", X_Repo_Commit=commit)
        content, large = files[path]
        known = {"X_Repo_Commit": commit, "Accept_Ranges": "bytes"}
        if file and large:
            return self.reply(302, X_Linked_Etag='"%s"' % etag(content, True), X_Linked_Size=str(len(content)),
                              Location="/cdn/%s/%s/%s" % (match[1], commit, match[3]), **known)
        if self.command == "HEAD":
            return self.reply(200, Content_Length=str(len(content)), ETag='"%s"' % etag(content, large), **known)
        Hub.contents.append(path)
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span:
            start, end = int(span[1]), int(span[2] or len(content) - 1)
            known["Content_Range"] = "bytes %d-%d/%d" % (start, end, len(content))
            return self.reply(206, content[start:end + 1], ETag='"%s"' % etag(content, large), **known)
        self.reply(200, content, ETag='"%s"' % etag(content, large), **known)


# ---- steps that must be processes of their own -----------------------------------------------------------------------------------------------------
def python(step, cache, **more):
    env = dict(os.environ, HF_HUB_CACHE=cache, HF_HUB_DISABLE_PROGRESS_BARS="1", HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_TELEMETRY="1", **more)
    return subprocess.Popen([sys.executable, __file__, "--step", json.dumps(step)], env=env, stdout=subprocess.PIPE, text=True)


def step(what, *rest):
    """In a process of its own, with the environment of the check: a list of what, and its arguments."""
    import huggingface_hub as hub
    from huggingface_hub.utils import WeakFileLock
    if what == "file":  # repository, path, revision or null, files alone?
        return hub.hf_hub_download(rest[0], rest[1], revision=rest[2], local_files_only=rest[3])
    if what == "snapshot":
        return hub.snapshot_download(rest[0], revision=rest[1], local_files_only=rest[2], allow_patterns=rest[3])
    if what == "cached":
        found = hub.try_to_load_from_cache(rest[0], rest[1], revision=rest[2])
        return found if isinstance(found, str) or found is None else "no such file"
    if what == "missing":  # leaves a note in .no_exist
        try:
            hub.hf_hub_download(rest[0], rest[1])
        except hub.errors.EntryNotFoundError:
            return "missing"
    if what == "scan":
        info = hub.scan_cache_dir()
        repos = {r.repo_id: {"files": sorted([f.file_name, f.size_on_disk] for v in r.revisions for f in v.files),
                             "refs": sorted(r.refs), "commits": sorted(v.commit_hash for v in r.revisions), "size": r.size_on_disk} for r in info.repos}
        return {"repos": repos, "warnings": [str(w) for w in info.warnings]}
    if what == "hold":  # a lock, for some seconds
        with WeakFileLock(rest[0]):
            print("held", flush=True)
            time.sleep(rest[1])
        return "released"
    if what == "share":  # what a xet download does: the blob goes into the store that all repositories share
        from huggingface_hub.utils._shared_blobs import publish_blob_to_shared_store
        return publish_blob_to_shared_store(blob_path=rest[0], xet_hash=rest[1], cache_dir=os.environ["HF_HUB_CACHE"], expected_size=os.path.getsize(rest[0]))
    raise SystemExit("no such step: " + what)


def done(process):
    out = process.communicate()[0]
    assert process.returncode == 0, out
    return json.loads(out.strip().splitlines()[-1])


def hf(cache, *what, **more):
    return done(python(what, cache, **more))


def start_jora(cache, *words, **more):
    home = os.path.join(os.path.dirname(cache), "home")
    env = dict(os.environ, HF_HUB_CACHE=cache, HOME=home, **more)
    return subprocess.Popen([a.jora, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process, status=0):
    out, err = process.communicate()
    assert process.returncode == status, (process.args, process.returncode, out, err)
    return out.strip(), err


def jora(cache, *words, **more):
    return ended(start_jora(cache, *words, **more))[0]


# ---- what is compared ------------------------------------------------------------------------------------------------------------------------------
OWN = ("CACHEDIR.TAG", "trees")  # huggingface_hub's alone, and not needed by anybody


def layout(cache):
    """Every entry of a cache but locks: what it is, and what is in it."""
    found = {}
    for folder, folders, files in os.walk(cache):
        folders[:] = [f for f in folders if f not in (".locks", *OWN)]
        for name in folders + files:
            path = os.path.join(folder, name)
            if name in OWN:
                continue
            if os.path.islink(path):
                kind = "-> " + os.readlink(path)
            elif os.path.isdir(path):
                kind = "folder"
            else:
                kind = "%o %s" % (os.stat(path).st_mode & 0o777, hashlib.sha256(open(path, "rb").read()).hexdigest()[:12])
            found[os.path.relpath(path, cache)] = kind
    return found


@contextlib.contextmanager
def fetches(count, what):
    before = len(Hub.contents)
    yield
    got = len(Hub.contents) - before
    assert got == count if isinstance(count, int) else count(got), "%s: %d requests for contents: %s" % (what, got, Hub.contents[before:])


CHECKS = []


def check(sentence):
    def add(function):
        CHECKS.append((sentence, function))
        return function
    return add


@check("both make the same files, folders, links and modes: GGUF, deep path, checkpoint, branch, tag, pull request")
def same_layout(work):
    ours, theirs = os.path.join(work, "ours"), os.path.join(work, "theirs")
    jora(ours, "pull", "user/gguf:Q8_0")
    jora(ours, "pull", "user/gguf/deep/er/other-Q4_0.gguf")
    jora(ours, "pull", "user/gguf/demo-Q8_0.gguf", "--revision", "v1.0")
    jora(ours, "pull", "user/gguf/demo-Q8_0.gguf", "--revision", "refs/pr/1")
    jora(ours, "pull", "user/checkpoint")
    hf(theirs, "file", "user/gguf", "demo-Q8_0.gguf", None, False)
    hf(theirs, "file", "user/gguf", "deep/er/other-Q4_0.gguf", None, False)
    hf(theirs, "file", "user/gguf", "demo-Q8_0.gguf", "v1.0", False)
    hf(theirs, "file", "user/gguf", "demo-Q8_0.gguf", "refs/pr/1", False)
    hf(theirs, "snapshot", "user/checkpoint", None, False, ["*.json", "*.safetensors"])
    assert layout(ours) == layout(theirs), "\n".join(
        "%s: ours %s, theirs %s" % (k, layout(ours).get(k), layout(theirs).get(k)) for k in sorted({*layout(ours), *layout(theirs)})
        if layout(ours).get(k) != layout(theirs).get(k))
    locks = lambda cache: sorted(os.path.relpath(os.path.join(d, f), cache) for d, _, fs in os.walk(os.path.join(cache, ".locks")) for f in fs)
    assert locks(ours) == locks(theirs), (locks(ours), locks(theirs))


@check("what jora fetched, huggingface_hub finds, lists and does not fetch again")
def ours(work):
    cache = os.path.join(work, "cache")
    path = jora(cache, "pull", "user/gguf:Q8_0")
    folder = jora(cache, "pull", "user/checkpoint")
    with fetches(0, "huggingface_hub"):
        assert hf(cache, "cached", "user/gguf", "demo-Q8_0.gguf", None) == path
        assert hf(cache, "cached", "user/gguf", "demo-Q8_0.gguf", COMMIT) == path
        assert hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, True) == path
        assert hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, False) == path
        assert hf(cache, "snapshot", "user/checkpoint", None, True, None) == folder
        assert hf(cache, "snapshot", "user/checkpoint", None, False, ["*.json", "*.safetensors"]) == folder
        scan = hf(cache, "scan")
        assert scan["warnings"] == [], scan
        assert sorted(scan["repos"]) == ["user/checkpoint", "user/gguf"], scan
        gguf = scan["repos"]["user/gguf"]
        assert gguf == {"files": [["demo-Q8_0.gguf", len(DEMO)]], "refs": ["main"], "commits": [COMMIT], "size": len(DEMO)}, gguf


@check("what huggingface_hub fetched, jora finds, lists, runs, does not fetch again, and removes")
def theirs(work):
    cache = os.path.join(work, "cache")
    path = hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, False)
    hf(cache, "file", "user/gguf", "README.md", None, False)
    folder = hf(cache, "snapshot", "user/checkpoint", None, False, None)
    assert hf(cache, "missing", "user/gguf", "config.json") == "missing"
    assert hf(cache, "cached", "user/gguf", "config.json", COMMIT) == "no such file"
    with fetches(0, "jora"):
        assert jora(cache, "pull", "user/gguf:Q8_0") == path
        assert jora(cache, "pull", "user/gguf/demo-Q8_0.gguf") == path
        assert jora(cache, "pull", "--offline", "user/gguf") == path
        assert jora(cache, "pull", "user/gguf", HF_HUB_OFFLINE="1") == path
        assert jora(cache, "pull", "user/checkpoint") == folder
        assert jora(cache, "pull", "--offline", "user/checkpoint") == folder
        models = {m["name"]: m for m in json.loads(jora(cache, "list", "--json"))}
        assert models["hf:user/gguf/demo-Q8_0.gguf"]["path"] == path, models
        assert models["hf:user/checkpoint"]["kind"] == "safetensors", models
        assert jora(cache, "run", "-hf", "user/gguf", "--offline", "-n", "4", "--temp", "0", "Once upon")
        assert jora(cache, "run", "-m", "hf:user/gguf/demo-Q8_0.gguf", "--offline", "-n", "4", "--temp", "0", "Once upon")
    jora(cache, "rm", "--yes", "user/gguf:Q8_0")
    left = hf(cache, "scan")
    assert left["warnings"] == [] and [f[0] for f in left["repos"]["user/gguf"]["files"]] == ["README.md"], left
    jora(cache, "rm", "--yes", "user/gguf")
    jora(cache, "rm", "--yes", "user/checkpoint")
    assert hf(cache, "scan") == {"repos": {}, "warnings": []}


@check("an older revision and the newest share blobs, whoever fetched them; removing one file keeps the other's")
def revisions(work):
    cache = os.path.join(work, "cache")
    hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", "v1.0", False)
    with fetches(0, "the blob is there"):
        jora(cache, "pull", "user/gguf:Q8_0")
    scan = hf(cache, "scan")["repos"]["user/gguf"]
    assert scan["size"] == len(DEMO) and len(scan["commits"]) == 2 and scan["refs"] == ["main", "v1.0"], scan


@check("without links both put files into snapshots and find each other's")
def no_links(work):
    for first in "jora", "hf":
        cache = os.path.join(work, "cache-" + first)
        more = {"HF_HUB_DISABLE_SYMLINKS": "1"}
        if first == "jora":
            path = jora(cache, "pull", "user/gguf:Q8_0", **more)
            with fetches(0, "huggingface_hub"):
                assert hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, False, **more) == path
        else:
            path = hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, False, **more)
            with fetches(0, "jora"):
                assert jora(cache, "pull", "user/gguf:Q8_0", **more) == path
        assert not os.path.islink(path)
        assert hf(cache, "scan")["warnings"] == []
        jora(cache, "rm", "--yes", "user/gguf")


def lock(cache, large):
    return os.path.join(cache, ".locks", "models--user--gguf", etag(large, True) + ".lock")


@check("jora waits for huggingface_hub's lock, and says so")
def jora_waits(work):
    cache = os.path.join(work, "cache")
    os.makedirs(os.path.dirname(lock(cache, DEMO)))
    holder = python(["hold", lock(cache, DEMO), 6], cache)
    assert holder.stdout.readline().strip() == "held"
    begun = time.time()
    with fetches(lambda n: n > 0, "jora"):
        process = start_jora(cache, "pull", "user/gguf:Q8_0")
        time.sleep(3)
        assert process.poll() is None and not Hub.contents[-1:] == ["demo-Q8_0.gguf"], "jora did not wait"
        err = ended(process)[1]
    assert "another process fetches demo-Q8_0.gguf" in err, err
    assert time.time() - begun > 4
    done(holder)


@check("huggingface_hub waits for jora's download and uses it")
def hf_waits(work):
    cache = os.path.join(work, "cache")
    Hub.pause = 0.15
    process = start_jora(cache, "pull", "user/gguf:Q8_0")
    while not Hub.contents or Hub.contents[-1] != "demo-Q8_0.gguf":
        time.sleep(0.05)
    count = len(Hub.contents)
    other = python(["file", "user/gguf", "demo-Q8_0.gguf", None, False], cache)
    path = ended(process)[0]
    assert done(other) == path
    assert len(Hub.contents) == count, "fetched twice: %s" % Hub.contents[count:]


@check("jora waits for huggingface_hub's download and uses it")
def jora_waits_for_bytes(work):
    cache = os.path.join(work, "cache")
    Hub.pause = 0.25
    other = python(["file", "user/gguf", "demo-Q8_0.gguf", None, False], cache)
    while not Hub.contents or Hub.contents[-1] != "demo-Q8_0.gguf":
        time.sleep(0.05)
    count = len(Hub.contents)
    process = start_jora(cache, "pull", "user/gguf:Q8_0")
    path = done(other)
    out, err = ended(process)
    assert out == path and "another process fetches" in err, err
    assert len(Hub.contents) == count, "fetched twice: %s" % Hub.contents[count:]


@check("a killed jora leaves nothing that disturbs huggingface_hub, and the other way round")
def killed(work):
    cache = os.path.join(work, "cache")
    Hub.pause = 0.3
    process = start_jora(cache, "pull", "user/gguf:Q8_0")
    while not Hub.contents or Hub.contents[-1] != "demo-Q8_0.gguf":
        time.sleep(0.05)
    time.sleep(1)
    process.kill()
    process.communicate()
    assert hf(cache, "scan")["warnings"] == []
    other = python(["file", "user/gguf", "demo-Q8_0.gguf", None, False], cache)
    time.sleep(3)
    other.kill()
    other.communicate()
    Hub.pause = 0
    path = jora(cache, "pull", "user/gguf:Q8_0")
    assert open(path, "rb").read() == DEMO
    assert hf(cache, "file", "user/gguf", "demo-Q8_0.gguf", None, True) == path
    jora(cache, "rm", "--yes", "user/gguf")
    assert not os.path.exists(os.path.join(cache, "models--user--gguf")), "leftovers"


@check("what repositories share in huggingface_hub's store of blobs is found, and removed with its last user")
def shared(work):
    cache = os.path.join(work, "cache")
    REPOS["user/fork"] = {COMMIT: {"demo-Q8_0.gguf": (DEMO, True)}}
    xet = "ab" * 32
    for repo in "user/gguf", "user/fork":
        hf(cache, "file", repo, "demo-Q8_0.gguf", None, False)
        blob = os.path.join(cache, "models--" + repo.replace("/", "--"), "blobs", etag(DEMO, True))
        assert hf(cache, "share", blob, xet) is True
        assert os.path.islink(blob)
    stored = os.path.join(cache, "blobs", "ab", xet)
    with fetches(0, "jora"):
        jora(cache, "pull", "user/gguf:Q8_0")
        names = [m["name"] for m in json.loads(jora(cache, "list", "--json"))]
        assert names == ["hf:user/fork/demo-Q8_0.gguf", "hf:user/gguf/demo-Q8_0.gguf"], names
    jora(cache, "rm", "--yes", "user/gguf:Q8_0")
    assert os.path.exists(stored)
    assert open(jora(cache, "pull", "--offline", "user/fork"), "rb").read() == DEMO
    jora(cache, "rm", "--yes", "user/fork")
    assert not os.path.exists(stored), "the shared blob has no user, and is there"


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.environ["HF_ENDPOINT"] = "http://127.0.0.1:%d" % server.server_port
    for name in "HF_HOME", "HF_TOKEN", "LLAMA_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HUB_OFFLINE", "XDG_CACHE_HOME", "OLLAMA_MODELS":
        os.environ.pop(name, None)
    bad = 0
    for sentence, function in (c for c in CHECKS if a.only in c[0]):
        work = tempfile.mkdtemp(prefix="check-hub-cache-")
        Hub.pause = 0
        Hub.contents.clear()
        try:
            function(work)
            print("ok    " + sentence, flush=True)
        except AssertionError:
            bad += 1
            print("WRONG %s\n%s" % (sentence, traceback.format_exc()), flush=True)
        finally:
            shutil.rmtree(work)
    sys.exit(bad > 0)


if a.step:
    print(json.dumps(step(*json.loads(a.step))))
else:
    main()
