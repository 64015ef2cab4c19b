"""What AppSync refuses when code is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from appsync_local.javascript.node_process import CallStoppedError
from appsync_local.javascript.runtime import JavaScriptRuntime


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """One place where code is not APPSYNC_JS; line and column count from 1."""

    message: str
    line: int
    column: int
    span: int = -1
    """Length in characters; -1 if the problem has no extent."""
    type: str = "LINT_ERROR"
    """AppSync's name for the kind: ``PARSE_ERROR`` for what TypeScript says, ``LINT_ERROR`` for rules that are broken,
    ``UNSUPPORTED_SYNTAX_TYPE`` and ``INVALID_FUNCTION_INVOCATION`` for what AppSync cannot translate,
    ``MISSING_MAPPING_EXPORT`` (in line 0) for a handler that is not there."""
    rule: str = ""
    """The rule of AWS's ESLint plugin that is broken, if it is one of those."""

    @property
    def text(self) -> str:
        """The message with the place and the rule, as AppSync shows them."""
        if not self.rule:
            return self.message
        return f"code.js({self.line},{self.column}): error @aws-appsync/{self.rule}: {self.message}"

    def as_code_error(self) -> dict[str, Any]:
        """The ``CodeError`` of AppSync's API. TypeScript's messages end with a line break there."""
        return {
            "errorType": self.type,
            "value": f"{self.text}\n" if self.type == "PARSE_ERROR" else self.text,
            "location": {"line": self.line, "column": self.column, "span": self.span},
        }


async def check_code(code: str, *, runtime: JavaScriptRuntime | None = None) -> list[CodeProblem]:
    """Check the code of a resolver or function, in the order of the text; an empty list means that AppSync takes it.

    Without a running ``runtime`` one is started for this check alone, which takes a second.
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
