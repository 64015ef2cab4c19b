"""The authorization of a bundle, in comments before its code: written at bundling, read in plans and in policies.

```
// @requires MODERATOR
// @authorizes functions/readTarget.js shared/authority.js
const REQUIRED_ROLE = "MODERATOR";
```

The first lines are the ``@requires`` tags of the resolver. The next one has every source in the bundle that decides who
may do what. A plan thus has both sides of a change, also of code that is not in the checkout any more.
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
    """Return what is put before the bundled code of a file: its tags, and the role constants that it uses.

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
        requirements: the ``@requires`` tags; empty for a function, and for code from before there were tags.
        deciding: the paths of the sources in it that decide who may do what.
        sections: path of a source -> its code, without blank lines; a source in two parts is one.
    """

    requirements: tuple[str, ...]
    deciding: frozenset[str]
    sections: Mapping[str, str]

    @classmethod
    def of(cls, code: Any) -> Bundle:  # noqa: ANN401 - JSON
        """Take a bundle apart; anything but a text is an empty one."""
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
