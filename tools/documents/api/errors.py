"""The errors of each operation, from its code: what the bundles of its resolver and its pipeline can still fail with.

Bundling leaves out what an operation does not use, so that what is left is what it can answer. What is known when the
code is written is put into the messages: constants, and the names of arguments. The rest stands there by its name.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from stacks.bundling import BundleRequest, bundle
from stacks.resolvers import read_graphql
from tools.documents import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_FAIL = re.compile(r"""\bfail\(\s*"(\w+)",\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)""")
_FAILURE = re.compile(r"""\{ type: "(\w+)", message: "((?:[^"\\]|\\.)*)" \}""")
_CONSTANT = re.compile(r"""^var (\w+) = (?:(\d+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)');$""", re.MULTILINE)
_LIST = re.compile(r"^var (\w+) = \[\n((?:  \".*\",?\n)+)\];$", re.MULTILINE)
_FUNCTION = re.compile(r"^function (\w+)\([^\n]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_ARGUMENT = "<argument>"
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")

_EVERYTHING = BundleRequest(
    tables={},
    settings={
        "environment": "reference",
        "deduplicationHours": 24,
        "messagesPerMinute": 60,
        "shed": ["typing", "presence"],
        "wordFilter": ["word"],
        "wordFilterMode": "fail_closed",
    },
)
"""The settings of an environment that uses everything: what can fail by a setting belongs into the reference."""

Error = tuple[str, str]
"""The error's type and message."""


def errors_by_operation() -> dict[str, list[Error]]:
    """What each operation can fail with, in the order of its code; each error once."""
    sources = read_graphql(ROOT)
    (code,) = bundle(ROOT, sources.files, [_EVERYTHING], sources.authorization)
    found = {file: list(_errors(text)) for file, text in code.items()}
    return {
        resolver.field_name: list(
            dict.fromkeys(
                error
                for file in (resolver.file, *(f"functions/{name}.js" for name in resolver.pipeline))
                for error in found[file]
            )
        )
        for resolver in sources.resolvers
    }


def _errors(code: str) -> Iterator[Error]:
    """The errors in one bundle; one for each argument that a shared check is used for."""
    values = _constants(code)
    functions = dict(_FUNCTION.findall(code))
    for name, body in functions.items():
        for kind, plain, template in (
            *_FAIL.findall(body),
            *((kind, plain, "") for kind, plain in _FAILURE.findall(body)),
        ):
            message = _filled(plain or template, values)
            for argument in _arguments(name, functions) if _ARGUMENT in message else [""]:
                yield kind, message.replace(_ARGUMENT, argument)


def _arguments(function: str, functions: dict[str, str]) -> list[str]:
    """The names that a check of an argument is called with, by whoever calls it with a name."""
    found: list[str] = []
    for caller, body in functions.items():
        found += re.findall(rf"""\b{function}\(\s*"([^"]+)\"""", body)
        if caller != function and re.search(rf"\b{function}\(\s*argument\b", body):
            found += _arguments(caller, functions)
        found += ["an attachment" for _ in re.findall(rf"\b{function}\(\s*`", body)]
    return list(dict.fromkeys(found)) or ["an argument"]


def _constants(code: str) -> dict[str, str]:
    values = {name: number or double or single for name, number, double, single in _CONSTANT.findall(code)}
    for name, lines in _LIST.findall(code):
        values[f'{name}.join(", ")'] = ", ".join(json.loads(f"[{lines}]"))
    return values


def _filled(message: str, values: dict[str, str]) -> str:
    text = message.replace('\\"', '"').replace("\\'", "'").replace("\\`", "`")
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or f"<{found[1].rpartition('.')[2]}>", text)
