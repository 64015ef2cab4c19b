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

SETTINGS_SECTION = "<define:SETTINGS>"
"""The name of the section with the settings of the environment."""
_HEADER = re.compile(r"(?:// @\w+ .*\n)+")
_LINE = re.compile(r"^// @(\w+) (.+)$", re.MULTILINE)
_SECTION = re.compile(
    r"^// ((?:shared|functions|resolvers)/\S+\.js|(?:\.\./)*contract/\S+\.json|<define:\w+>)$", re.MULTILINE
)
"""The comments with which esbuild begins each source, file of constants, and constant of the environment."""
_SETTINGS = re.compile(r"^var \w+ = (\{.*\});$", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r'"(?:\\.|[^"\\])*"|(\w+):')
"""A text, which is skipped, or a key without quotes."""
_RENAMED = re.compile(r"\bas ([A-Za-z_$]+)\d+\b|^(?:var|let|const|function|class) ([A-Za-z_$]+)\d+\b", re.MULTILINE)


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
        sections: Path of a source -> its code without blank lines; the parts of a source are joined. Names are
            without the numbers that esbuild appends to names of several sources, because another source changes them.
        settings: The settings of the environment that the code uses, by name.
    """

    requirements: tuple[str, ...]
    deciding: frozenset[str]
    sections: Mapping[str, str]
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, code: Any) -> Bundle:  # noqa: ANN401 - JSON
        """Parse a bundle. A value that is not a string is an empty bundle."""
        text = code if isinstance(code, str) else ""
        header = _HEADER.match(text)
        tags = _LINE.findall(header[0]) if header else []
        sections = _sections(text)
        return cls(
            requirements=tuple(value for tag, value in tags if tag == "requires"),
            deciding=frozenset(name for tag, value in tags if tag == "authorizes" for name in value.split()),
            sections=sections,
            settings=_settings(sections.get(SETTINGS_SECTION, "")),
        )


def _sections(text: str) -> dict[str, str]:
    parts = _SECTION.split(_without_numbers(text))
    found: dict[str, str] = {}
    for name, code in zip(parts[1::2], parts[2::2], strict=True):
        lines = "\n".join(line for line in code.splitlines() if line.strip())
        found[name] = "\n".join(filter(None, (found.get(name), lines)))
    return found


def _without_numbers(text: str) -> str:
    renamed = {name for names in _RENAMED.findall(text) for name in names if name}
    if not renamed:
        return text
    return re.sub(rf"\b({'|'.join(map(re.escape, sorted(renamed)))})\d+\b", r"\1", text)


def _settings(section: str) -> dict[str, Any]:
    """Return the settings in esbuild's object literal, whose keys are not quoted."""
    literal = _SETTINGS.search(section)
    try:
        return dict(json.loads(_KEY.sub(_with_quotes, literal[1]))) if literal else {}
    except ValueError:
        return {}


def _with_quotes(found: re.Match[str]) -> str:
    return f'"{found[1]}":' if found[1] else found[0]
