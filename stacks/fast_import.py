"""Imports prebuilt CDKTF provider bindings without loading their 2,200 modules, in Python and in Node.js.

Both techniques change when code is loaded, not what it does, and fall back to the slow import if upstream differs from
what they expect:

* Python: the bindings' root ``__init__`` imports every sub-module. Here the root is put into ``sys.modules`` without
  being executed; the import system then loads only the imported sub-modules. A name that is not a sub-module
  executes the real root. Not needed with bindings of a jsii-pacmak with lazy sub-modules
  (https://github.com/aws/jsii/issues/3049); the archived bindings will not get them.
* Node: the jsii kernel requires the package's ``lib/index.js``, which requires everything. ``lazy_kernel.cjs``,
  preloaded into the kernel only, resolves it to the ``lib/lazy-index.js`` that the package ships.

Set ``CHAT_EAGER_BINDINGS=1`` for the plain import.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

OFF_SWITCH = "CHAT_EAGER_BINDINGS"
# The kernel keeps its objects and ends within seconds: space for short-lived objects and an arena per thread (glibc)
# cost 40 of 180 MiB and save no time.
_SMALL_YOUNG_GENERATION = "--max-semi-space-size=2"
_ONE_ARENA = "1"
KERNEL_PRELOAD = Path(__file__).with_name("lazy_kernel.cjs")


@contextmanager
def fast_import(*, package: str, npm_package: str) -> Iterator[None]:
    """Make the import of ``package`` fast inside the ``with`` block, in which the jsii kernel has to start.

    Args:
        package: Python root of the bindings, for example ``cdktf_cdktf_provider_aws``.
        npm_package: Its npm package, for example ``@cdktf/provider-aws``.
    """
    environment = _silence_end_of_life_warning(os.environ)
    if not os.environ.get(OFF_SWITCH):
        _import_root_without_executing_it(package, npm_package)
        environment |= _preload_into_kernel(os.environ, npm_package)
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _import_root_without_executing_it(package: str, npm_package: str) -> None:
    if package in sys.modules:
        return
    spec = importlib.util.find_spec(package)
    if spec is None or spec.loader is None or not spec.submodule_search_locations:
        return
    root = importlib.util.module_from_spec(spec)
    vars(root)["__getattr__"] = _submodule_on_demand(root)
    sys.modules[package] = root
    _register_types_with_jsii(root, npm_package)


def _submodule_on_demand(root: ModuleType) -> Any:  # noqa: ANN401 - a module's __getattr__
    def getattribute(name: str) -> Any:  # noqa: ANN401 - whatever the bindings define
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return importlib.import_module(f"{root.__name__}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{root.__name__}.{name}":
                raise
        return _execute(root, name)

    return getattribute


def _execute(root: ModuleType, name: str) -> Any:  # noqa: ANN401 - whatever the bindings define
    """Fall back to the plain import, for a name that is not a sub-module."""
    vars(root).pop("__getattr__", None)
    if root.__spec__ is not None and root.__spec__.loader is not None:
        root.__spec__.loader.exec_module(root)
    return getattr(root, name)


def _register_types_with_jsii(root: ModuleType, npm_package: str) -> None:
    """Enable jsii to import the module of a type that the kernel returns before it is imported.

    Bindings of jsii-pacmak with lazy sub-modules ship such a map. For these it is built from the folder
    names: ``dynamodb_table`` holds the types of ``dynamodbTable``.
    """
    try:
        reference_map = importlib.import_module("jsii._reference_map")
    except ImportError:
        return
    submodules: dict[str, str] | None = getattr(reference_map, "_submodule_fqn_map", None)
    if submodules is None:
        return
    for location in root.__path__:
        for name in os.listdir(location):  # noqa: PTH208 - 2,200 entries: Path objects cost ten times as much
            if not name.startswith("_") and "." not in name:
                first, *others = name.split("_")
                camel_case = first + "".join(word[:1].upper() + word[1:] for word in others)
                submodules[f"{npm_package}.{camel_case}"] = f"{root.__name__}.{name}"


def _preload_into_kernel(environment: Mapping[str, str], npm_package: str) -> dict[str, str]:
    quoted = str(KERNEL_PRELOAD).replace("\\", "\\\\").replace('"', '\\"')
    options = f'{environment.get("NODE_OPTIONS", "")} {_SMALL_YOUNG_GENERATION} --require "{quoted}"'.strip()
    return {
        "NODE_OPTIONS": options,
        "CHAT_LAZY_PACKAGE": npm_package,
        "MALLOC_ARENA_MAX": environment.get("MALLOC_ARENA_MAX", _ONE_ARENA),
    }


def _silence_end_of_life_warning(environment: Mapping[str, str]) -> dict[str, str]:
    """Silence jsii's warning about Node.js 20, which this project supports and tests.

    jsii reads a comma-separated list of major versions. Not needed when Node.js 20 is no longer supported here.
    """
    name = "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"
    majors = [major for major in environment.get(name, "").split(",") if major]
    return {name: ",".join(dict.fromkeys([*majors, "20"]))}
