"""Checks resolver code for problems for which AppSync rejects it at deployment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appsync_local.javascript.node_process import CallStoppedError
from appsync_local.javascript.runtime import JavaScriptRuntime


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """A problem in resolver code; line and column start at 1."""

    message: str
    line: int
    column: int
    span: int = -1
    """Length in characters; -1 if the problem has no length."""
    type: str = "LINT_ERROR"
    """AppSync's type: ``PARSE_ERROR`` for TypeScript's diagnostics, ``LINT_ERROR`` for violated rules,
    ``UNSUPPORTED_SYNTAX_TYPE`` and ``INVALID_FUNCTION_INVOCATION`` for code that AppSync cannot translate,
    ``MISSING_MAPPING_EXPORT`` (in line 0) for a missing handler."""
    rule: str = ""
    """The violated rule of AWS's ESLint plugin, if any."""

    @property
    def text(self) -> str:
        """Return the message with position and rule, as AppSync shows it."""
        if not self.rule:
            return self.message
        return f"code.js({self.line},{self.column}): error @aws-appsync/{self.rule}: {self.message}"

    def as_code_error(self) -> dict[str, Any]:
        """Return the ``CodeError`` of AppSync's API. There, TypeScript's messages end with a line break."""
        return {
            "errorType": self.type,
            "value": f"{self.text}\n" if self.type == "PARSE_ERROR" else self.text,
            "location": {"line": self.line, "column": self.column, "span": self.span},
        }


async def check_code(code: str, *, runtime: JavaScriptRuntime | None = None) -> list[CodeProblem]:
    """Return the problems in the code of a resolver or function, in text order; none if AppSync accepts it.

    Without a running ``runtime``, a temporary one is started, which takes a second.
    """
    if runtime is not None:
        return await _checked(code, runtime)
    async with JavaScriptRuntime(threads=1) as own:
        return await _checked(code, own)


async def _checked(code: str, runtime: JavaScriptRuntime) -> list[CodeProblem]:
    try:
        return [CodeProblem(**problem) for problem in await runtime.check(code)]
    except CallStoppedError as stopped:
        return [CodeProblem(str(stopped), 1, 1)]
