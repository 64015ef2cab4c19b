"""The authorization tags of a bundle, in comments before its code: written at bundling, read from plans and policies.

```
// @requires MODERATOR
// @authorizes functions/readTarget.js shared/authority.js
const REQUIRED_ROLE = "MODERATOR";
```

The first lines are the ``@requires`` tags of the resolver. The next line lists every source in the bundle that decides
about access. A plan thus has both sides of a change, including code that is no longer in the checkout.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.authorization import Source

_HEADER = re.compile(r"(?:// @\w+ .*\n)+")
_LINE = re.compile(r"^// @(\w+) (.+)$", re.MULTILINE)
_SECTION = re.compile(r"^// ((?:shared|functions|resolvers)/\S+\.js)$", re.MULTILINE)


def bundle_header(file: str, code: str, sources: Mapping[str, Source]) -> str:
    """Return the header of a bundle: the tags of its file, and the role constants that the file uses.

    Args:
        file: The path of the resolver or function below ``graphql/``.
        code: Its bundle, in which each source follows a comment with its path (esbuild).
        sources: All sources by path.
    """
    source = sources[file]
    deciding = sorted({name for name in _SECTION.findall(code) if name in sources and sources[name].decides})
    lines = [f"// @requires {requirement}" for requirement in source.requirements]
    lines += [f"// @authorizes {' '.join(deciding)}"] if deciding else []
    lines += [f"const {name} = {json.dumps(role)};" for name, role in source.constants.items() if source.uses(name)]
    return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The code of a resolver or function as it is deployed.

    Attributes:
        requirements: The ``@requires`` tags; empty for a function, and for code from before the tags existed.
        deciding: Paths of the sources in it that decide about access.
        sections: Path of a source -> its code without blank lines; the parts of a source are joined.
    """

    requirements: tuple[str, ...]
    deciding: frozenset[str]
    sections: Mapping[str, str]

    @classmethod
    def of(cls, code: Any) -> Bundle:  # noqa: ANN401 - JSON
        """Parse a bundle. A value that is not a string is an empty bundle."""
        text = code if isinstance(code, str) else ""
        header = _HEADER.match(text)
        tags = _LINE.findall(header[0]) if header else []
        return cls(
            requirements=tuple(value for tag, value in tags if tag == "requires"),
            deciding=frozenset(name for tag, value in tags if tag == "authorizes" for name in value.split()),
            sections=_sections(text),
        )


def _sections(text: str) -> dict[str, str]:
    parts = _SECTION.split(text)
    found: dict[str, str] = {}
    for name, code in zip(parts[1::2], parts[2::2], strict=True):
        found[name] = found.get(name, "") + "\n".join(line for line in code.splitlines() if line.strip())
    return found
