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

from stacks.bundle_names import bases, declared_names, qualified, without_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.authorization import Source

SETTINGS_SECTION = "<define:SETTINGS>"
"""The name of the section with the settings of the environment."""
_HEADER = re.compile(r"(?:// @\w+ .*\n)+")
_LINE = re.compile(r"^// @(\w+) (.+)$", re.MULTILINE)
_TAG = re.compile(r"^// @(?:requires|authorizes) .+\n?", re.MULTILINE)
_SECTION = re.compile(
    r"^// ((?:shared|functions|resolvers)/\S+\.js|(?:\.\./)*contract/\S+\.json|<define:\w+>)$", re.MULTILINE
)
"""The comments with which esbuild begins each source, file of constants, and constant of the environment."""
_SETTINGS = re.compile(r"^var \w+ = (\{.*\});$", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r'"(?:\\.|[^"\\])*"|(\w+):')
"""A text, which is skipped, or a key without quotes."""
HEADER = "header"
"""The name of the code before the first source."""
BUNDLED = frozenset({"aws_appsync_function", "aws_appsync_resolver"})
"""Resource types whose ``code`` is a bundle."""


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
        sections: Path of a source -> its code without blank lines; the parts of a source are joined. `HEADER` has the
            code before the first source, without the tags.
        names: Name that a source declares -> path of the source.
        settings: The settings of the environment that the code uses, by name.
    """

    requirements: tuple[str, ...]
    deciding: frozenset[str]
    sections: Mapping[str, str]
    names: Mapping[str, str]
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
            names={name: source for source, code in sections.items() for name in declared_names(code)},
            settings=_settings(sections.get(SETTINGS_SECTION, "")),
        )


def changed_sources(before: Bundle, after: Bundle) -> dict[str, tuple[str, str]]:
    """Return path -> code before and after of each source that differs; empty for no code.

    Other numbers of the same names are no difference (``stacks/bundle_names.py``). The code is without these numbers if
    it still differs without them.
    """
    of_bases = bases(before.names) | bases(after.names)
    found: dict[str, tuple[str, str]] = {}
    for name in [*before.sections, *(name for name in after.sections if name not in before.sections)]:
        old, new = before.sections.get(name, ""), after.sections.get(name, "")
        if qualified(old, before.names, of_bases) == qualified(new, after.names, of_bases):
            continue
        plain = without_numbers(old, before.names, of_bases), without_numbers(new, after.names, of_bases)
        found[name] = plain if plain[0] != plain[1] else (old, new)
    return found


def _sections(text: str) -> dict[str, str]:
    start, *parts = _SECTION.split(text)
    found: dict[str, str] = {}
    for name, code in [(HEADER, _TAG.sub("", start)), *zip(parts[::2], parts[1::2], strict=True)]:
        lines = "\n".join(line for line in code.splitlines() if line.strip())
        if lines or name != HEADER:
            found[name] = "\n".join(filter(None, (found.get(name), lines)))
    return found


def has_same_frame(before: str, after: str) -> bool:
    """Return whether two sections with settings have the same code apart from their values."""
    return _SETTINGS.sub("", before, count=1) == _SETTINGS.sub("", after, count=1)


def _settings(section: str) -> dict[str, Any]:
    """Return the settings in esbuild's object literal, whose keys are not quoted."""
    literal = _SETTINGS.search(section)
    try:
        return dict(json.loads(_KEY.sub(_with_quotes, literal[1]))) if literal else {}
    except ValueError:
        return {}


def _with_quotes(found: re.Match[str]) -> str:
    return f'"{found[1]}":' if found[1] else found[0]
