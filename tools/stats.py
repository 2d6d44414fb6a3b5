"""`make stats`: how large the code is, and how many rooms a reader enters to understand one act.

`--tree PATH` measures another checkout. Its acts are run by its own code with the present
scenarios over its API, so figures of before and after compare.
"""

import argparse
import ast
import json
import os
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from tools.client import Answer, Client
from tools.journey import Journey, Request, fresh_key, sign_in

HERE = Path(__file__).parents[1]
#: Folders whose modules are none of the product's.
ASIDE = {"migrations", "tests", "bench", "faults", "tools", ".venv"}
ACTS = {"a permit decision (the last grant)": "grant the last permit", "a submit": "submit"}
RUNS = 4
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DOCUMENTED = (ast.Module, ast.ClassDef, *DEFINITIONS)


@dataclass(frozen=True)
class Module:
    """Lines are those that are not blank."""

    path: Path
    lines: int
    functions: list[int]
    private: int
    once: int
    docstrings: int

    @classmethod
    def read(cls, tree: Path, path: Path) -> "Module":
        text = (tree / path).read_text(encoding="utf-8")
        nodes = list(ast.walk(ast.parse(text)))
        functions = [node for node in nodes if isinstance(node, DEFINITIONS)]
        names = [one.name for one in functions if re.match(r"_(?!_)", one.name)]
        documented = [one.body[0] for one in nodes if isinstance(one, DOCUMENTED) and one.body]
        docstrings = {
            line
            for first in documented
            if isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
            for line in range(first.lineno, (first.end_lineno or first.lineno) + 1)
        }
        full = {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}
        return cls(
            path,
            lines=len(full),
            functions=[(one.end_lineno or one.lineno) - one.lineno + 1 for one in functions],
            private=len(names),
            # Its definition and one use: a hop for the reader unless the name is an idea.
            once=sum(len(re.findall(rf"\b{name}\b", text)) <= 2 for name in names),
            docstrings=len(docstrings & full),
        )


def modules(tree: Path) -> list[Module]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    listed = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True)
    paths = [Path(name) for name in listed.stdout.split("\n") if name]
    paths = [path for path in paths if "migrations" not in path.parts and (tree / path).is_file()]
    return [Module.read(tree, path) for path in paths]


def said_of(found: list[Module]) -> Iterator[str]:
    functions = [length for module in found for length in module.functions]
    private, once = sum(one.private for one in found), sum(one.once for one in found)
    lines = sum(one.lines for one in found)
    docstrings = sum(one.docstrings for one in found)
    filled = [one.lines for one in found if one.lines]
    yield f"code lines           {lines:>7,} in {len(found)} files"
    yield f"functions            {len(functions):>7,}"
    yield f"private functions    {private:>7,} ({private / len(functions):.1%} of all)"
    yield f"... used once        {once:>7,} ({once / len(functions):.1%} of all)"
    yield f"docstring lines      {docstrings:>7,} ({docstrings / lines:.1%} of code lines)"
    yield f"median file          {statistics.median(filled):>7.0f} lines"
    yield f"median function      {statistics.median(functions):>7.0f} lines"


def static(tree: Path) -> Iterator[str]:
    found = [one for one in modules(tree) if "tests" not in one.path.parts]
    product = [one for one in found if not ASIDE & set(one.path.parts)]
    around = [one for one in found if ASIDE & set(one.path.parts)]
    by_app: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for module in found:
        app = module.path.parts[0]
        by_app[app] += module.lines
        files[app] += 1
    yield "app               lines  files"
    for app, lines in sorted(by_app.items()):
        yield f"{app:<15} {lines:>7,} {files[app]:>6}"
    yield f"{'all':<15} {by_app.total():>7,} {files.total():>6}"
    yield from ("", "The portal and its tools, without tests and migrations:", *said_of(found))
    if around:
        yield from ("", "Of these the portal alone:", *said_of(product))


@dataclass
class Inside(Client):
    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        from django.test import Client as Browser

        sent = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
        if self.token:
            sent["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        kind = sent.pop("HTTP_CONTENT_TYPE")
        url = f"{self.base_url}/api/v1{path}"
        browser: Any = Browser(SERVER_NAME="localhost")
        answer = browser.generic(method, url, data or b"", content_type=kind, **sent)
        return Answer(answer.status_code, answer.json(), dict(answer.headers))


def entered(request: Request) -> set[tuple[str, str, int]]:
    """Every function that runs while a request is answered: its file, name and line."""
    functions = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and (code.co_name[0] != "<" or code.co_name == "<lambda>"):
            functions.add((code.co_filename, code.co_qualname, code.co_firstlineno))

    sys.setprofile(note)
    try:
        answer = request.send(fresh_key())
    finally:
        sys.setprofile(None)
    if answer.status != 200:
        raise AssertionError(f"{request.path}: {answer.status} {answer.body}")
    return functions


def ours(file: str, tree: Path) -> bool:
    path = Path(file)
    return tree in path.parents and not ASIDE & set(path.relative_to(tree).parts)


def traced(tree: Path) -> dict[str, dict[str, int]]:
    """In a throw-away city of the tree in this process."""
    now = (tree / "tools/city.py").is_file()
    city = import_module("tools.city" if now else "bench.city")
    with (city.open_city if now else city.thrown_away)("stats", quiet=True):
        clients = sign_in(Inside(""))
        found = {}
        for name, step in ACTS.items():
            runs = [entered(Journey(clients).before(step)) for _ in range(RUNS)]
            # What is imported, read or looked at again only now and then is none of the act.
            always = set.intersection(*runs)
            paths = [Path(file).relative_to(tree) for file, *_ in always if ours(file, tree)]
            found[name] = dict(sorted(Counter(map(str, paths)).items()))
    return found


def acts(tree: Path) -> dict[str, dict[str, int]]:
    """In a process whose code is the tree's."""
    path = os.pathsep.join([str(tree), str(HERE)])
    command = [sys.executable, "-m", "tools.stats", "--tree", str(tree), "--trace"]
    environment = os.environ | {"PYTHONPATH": path}
    done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, check=True)
    found: dict[str, dict[str, int]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, default=HERE, help="another checkout to measure")
    parser.add_argument("--static", action="store_true", help="without running anything")
    parser.add_argument("--modules", action="store_true", help="name the modules entered")
    parser.add_argument("--trace", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    tree = options.tree.resolve()
    if options.trace:
        print(json.dumps(traced(tree)))
        return
    print("\n".join(static(tree)))
    if options.static:
        return
    print("\nModules entered by one act, over the API:")
    for name, found in acts(tree).items():
        print(f"{name:<36} {len(found):>4} modules, {sum(found.values())} functions")
        if options.modules:
            print("\n".join(f"    {module} {count}" for module, count in found.items()))


if __name__ == "__main__":
    main()
