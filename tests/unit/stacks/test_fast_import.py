"""Tests of the fast import: few modules, the same output, and a fallback for unexpected upstream changes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from stacks.fast_import import KERNEL_PRELOAD, OFF_SWITCH
from tests.helpers.once import synthesized_by_main
from tests.unit.stacks.conftest import files, run, run_main

if TYPE_CHECKING:
    from pathlib import Path

FEWEST = 200


def python(code: str, folder: Path, **environment: str) -> str:
    result = run(folder, [sys.executable, "-c", textwrap.dedent(code)], **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def node(folder: Path, program: str, **environment: str) -> str:
    result = subprocess.run(
        ["node", "--require", str(KERNEL_PRELOAD), str(folder / program)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return result.stdout.strip()


# --- The real bindings ---


def test_eager_and_fast_synthesis_write_the_same_bytes(
    root: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    eager = run_main(root, **{OFF_SWITCH: "1"}, CDKTF_OUTDIR=str(tmp_path / "eager"))
    fast = files(synthesized_by_main(tmp_path_factory))

    assert (eager.returncode, eager.stderr) == (0, "")
    assert files(tmp_path / "eager") == fast
    assert len([name for name in fast if name.endswith("cdk.tf.json")]) == 7


def test_few_modules_of_the_bindings_are_loaded(root: Path) -> None:
    loaded = python(
        """
        import sys
        import stacks.synthesis
        print(sum(name.startswith("cdktf_cdktf_provider_aws.") for name in sys.modules))
        """,
        root,
    )
    assert 20 < int(loaded) < FEWEST


def test_the_environment_is_restored_after_the_import(root: Path) -> None:
    variables = python(
        """
        import os
        before = dict(os.environ)
        import stacks.bindings
        print(dict(os.environ) == before)
        """,
        root,
        NODE_OPTIONS="--no-warnings",
    )
    assert variables == "True"


def test_jsii_finds_the_types_of_submodules(root: Path) -> None:
    imported = python(
        """
        import sys
        import stacks.bindings
        from jsii import _reference_map
        _reference_map._try_import_type_module("@cdktf/provider-aws.wafv2WebAcl.Wafv2WebAcl")
        print("cdktf_cdktf_provider_aws.wafv2_web_acl" in sys.modules)
        """,
        root,
    )
    assert imported == "True"


def test_only_one_module_imports_the_bindings(root: Path) -> None:
    naming = {
        file.relative_to(root).as_posix()
        for folder in ("common", "lambdas", "local", "ops", "stacks", "terraform")
        for file in (root / folder).rglob("*.py")
        if any(
            line.strip().startswith(("from cdktf", "import cdktf", "from constructs", "import constructs"))
            for line in file.read_text(encoding="utf-8").splitlines()
        )
    }
    assert naming == {"stacks/bindings.py"}


# --- Python: unexpected bindings ---


@pytest.fixture
def package(tmp_path: Path, root: Path) -> Path:
    """Return a folder with a small package like the bindings: a root that imports its submodules."""
    bindings = tmp_path / "toy_bindings"
    (bindings / "queue").mkdir(parents=True)
    (bindings / "topic").mkdir()
    (bindings / "__init__.py").write_text("from . import queue, topic\n\nclass AtTheRoot: ...\n", encoding="utf-8")
    (bindings / "queue/__init__.py").write_text("class Queue: ...\n", encoding="utf-8")
    (bindings / "topic/__init__.py").write_text("import toy_bindings_need_this\n", encoding="utf-8")
    (tmp_path / "stacks").symlink_to(root / "stacks")
    return tmp_path


def test_only_named_submodules_are_imported(package: Path) -> None:
    loaded = python(
        """
        import sys
        from stacks.fast_import import fast_import
        with fast_import(package="toy_bindings", npm_package="@toy/bindings"):
            from toy_bindings.queue import Queue
            import toy_bindings
        assert toy_bindings.queue.Queue is Queue
        print(sorted(name for name in sys.modules if name.startswith("toy_bindings.")))
        """,
        package,
    )
    assert loaded == "['toy_bindings.queue']"


def test_an_unknown_submodule_falls_back_to_the_plain_import(package: Path) -> None:
    (package / "toy_bindings/topic/__init__.py").write_text("", encoding="utf-8")
    name = python(
        """
        from stacks.fast_import import fast_import
        with fast_import(package="toy_bindings", npm_package="@toy/bindings"):
            from toy_bindings import AtTheRoot
            import toy_bindings
        print(AtTheRoot.__name__, toy_bindings.topic.__name__)
        """,
        package,
    )
    assert name == "AtTheRoot toy_bindings.topic"


def test_the_error_of_a_failing_submodule_is_kept(package: Path) -> None:
    said = python(
        """
        from stacks.fast_import import fast_import
        with fast_import(package="toy_bindings", npm_package="@toy/bindings"):
            import toy_bindings
            try:
                toy_bindings.topic
            except ModuleNotFoundError as error:
                print(error.name)
        """,
        package,
    )
    assert said == "toy_bindings_need_this"


def test_a_missing_package_raises_the_usual_error(package: Path) -> None:
    said = python(
        """
        from stacks.fast_import import fast_import
        try:
            with fast_import(package="no_such_bindings", npm_package="@no/such"):
                import no_such_bindings
        except ModuleNotFoundError as error:
            print(error.name)
        """,
        package,
    )
    assert said == "no_such_bindings"


# --- Node: the kernel ---


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """Return a folder with a program named like jsii's, and a package with a lazy index."""
    library = tmp_path / "node_modules/@toy/bindings/lib"
    library.mkdir(parents=True)
    (library.parent / "package.json").write_text('{"main": "lib/index.js"}', encoding="utf-8")
    (library / "index.js").write_text("module.exports = 'eager';", encoding="utf-8")
    (library / "lazy-index.js").write_text("module.exports = 'lazy';", encoding="utf-8")
    program = "console.log(require('@toy/bindings'));"
    for name in ("program.js", "other.js"):
        (tmp_path / name).write_text(program, encoding="utf-8")
    return tmp_path


def test_the_kernel_loads_the_lazy_index(kernel: Path) -> None:
    assert node(kernel, "program.js", CHAT_LAZY_PACKAGE="@toy/bindings") == "lazy"


def test_without_a_lazy_index_the_kernel_loads_the_eager_one(kernel: Path) -> None:
    (kernel / "node_modules/@toy/bindings/lib/lazy-index.js").unlink()
    assert node(kernel, "program.js", CHAT_LAZY_PACKAGE="@toy/bindings") == "eager"


def test_other_packages_and_programs_are_not_changed(kernel: Path) -> None:
    assert node(kernel, "program.js", CHAT_LAZY_PACKAGE="@toy/others") == "eager"
    assert node(kernel, "other.js", CHAT_LAZY_PACKAGE="@toy/bindings") == "eager"


@pytest.mark.parametrize(("worker", "is_held"), [("runtime-index-worker.js", True), ("another-worker.js", False)])
def test_the_exit_is_delayed_until_the_index_is_written(kernel: Path, worker: str, *, is_held: bool) -> None:
    (kernel / worker).write_text(
        "setTimeout(() => require('fs').writeFileSync(__dirname + '/index', ''), 300);", encoding="utf-8"
    )
    (kernel / "program.js").write_text(
        f"new (require('worker_threads').Worker)(__dirname + '/{worker}'); setTimeout(() => process.exit(0), 50);",
        encoding="utf-8",
    )
    node(kernel, "program.js", CHAT_LAZY_PACKAGE="@toy/bindings")
    assert (kernel / "index").exists() is is_held
