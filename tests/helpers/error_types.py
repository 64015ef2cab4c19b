"""The error types of the API, from the only list there is: ``ErrorType`` in ``graphql/shared/types.d.ts``."""

from __future__ import annotations

import re

from tests.helpers.backend import ROOT


def _read() -> frozenset[str]:
    text = (ROOT / "graphql" / "shared" / "types.d.ts").read_text(encoding="utf-8")
    (union,) = re.findall(r"export type ErrorType =((?:\s*\| '\w+')+);", text)
    return frozenset(re.findall(r"'(\w+)'", union))


ERROR_TYPES = _read()
