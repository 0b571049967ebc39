#!/usr/bin/env python3
"""Renders the snippets and templates of testdata/jinja with Python's Jinja, set up as Hugging Face
sets it up, and writes what comes out beside them: into snippets.json, which has its templates too,
and into expected.json for templates/*.jinja with conversations.json. Needs: pip install
jinja2==3.1.6"""
import datetime, glob, json, os, jinja2, jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../testdata/jinja")
FILE = os.path.join(FOLDER, "snippets.json")
NOW = datetime.datetime(2025, 7, 26, 12, 0, 0)


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("body"), [], [], body).set_lineno(line)

    @jinja2.pass_eval_context
    def body(self, context, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
env.filters.update(tojson=tojson, from_json=json.loads)
env.globals.update(raise_exception=raise_exception, strftime_now=lambda form: NOW.strftime(form))


def render(template, variables):
    try:
        return {"ok": env.from_string(template).render(**variables)}
    except Exception as e:
        return {"err": f"{type(e).__name__}: {e}"}


data = json.load(open(FILE, encoding="utf-8"))
with open(FILE, "w", encoding="utf-8") as out:
    out.write('{"variables": ' + json.dumps(data["variables"], ensure_ascii=False) + ',\n"cases": [\n')
    cases = [{"template": c["template"], **render(c["template"], data["variables"])} for c in data["cases"]]
    out.write(",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]}\n")

conversations = json.load(open(os.path.join(FOLDER, "conversations.json"), encoding="utf-8"))
renders = {}
for path in sorted(glob.glob(os.path.join(FOLDER, "templates", "*.jinja"))):
    template = open(path, encoding="utf-8", newline="").read()
    renders[os.path.basename(path)] = {name: render(template, case) for name, case in conversations.items()}
with open(os.path.join(FOLDER, "expected.json"), "w", encoding="utf-8") as out:
    json.dump(renders, out, ensure_ascii=False, indent=1)
    out.write("\n")
