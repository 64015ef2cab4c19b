"""The errors of each operation, from the bundles of its resolver and its pipeline.

Bundling removes unused code, so the remaining errors are those that the operation can return. Constants and names of
arguments are inserted into the messages; other placeholders are shown by name.
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
"""Settings that enable all features, so that the reference includes their errors."""

Error = tuple[str, str]
"""Type and message of an error."""


def errors_by_operation() -> dict[str, list[Error]]:
    """Return the errors of each operation in the order of its code, without duplicates."""
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
    """Yield the errors in a bundle; a shared check yields one error per argument."""
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
    """Return the argument names with which a check is called."""
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
