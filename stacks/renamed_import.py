"""Imports a package under its old name, so that the same sources run on CDK Terrain, which renamed CDKTF's packages.

Remove it, with ``CHAT_BINDINGS``, when ``stacks/bindings.py`` names the fork's packages itself. See docs/adr/0001.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import ModuleType


@contextmanager
def renamed_import(names: Mapping[str, str]) -> Iterator[None]:
    """Redirect imports of a package and its modules inside the ``with`` block.

    Args:
        names: Package in the sources -> package to import.
    """
    finder = _Finder(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the import system's interface
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        package, dot, rest = fullname.partition(".")
        if package not in self._names:
            return None
        return ModuleSpec(fullname, _Loader(f"{self._names[package]}{dot}{rest}"), is_package=True)


class _Loader(Loader):
    def __init__(self, name: str) -> None:
        self._name = name

    def exec_module(self, module: ModuleType) -> None:
        # The import system allows a module to replace itself in sys.modules during execution.
        sys.modules[module.__name__] = importlib.import_module(self._name)
