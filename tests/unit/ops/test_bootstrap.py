"""Tests of the installation on unusual machines, with a small checkout, real pip, and fake Node.js and npm."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.owned_folder import MARKER
from ops.installation.errors import NPM, PIP, explain
from ops.installation.leftovers import delete_leftovers
from ops.installation.make_variables import problem
from ops.installation.versions import in_words, is_accepted, parse_version

ROOT = Path(__file__).resolve().parents[3]
PYTHON = str(getattr(sys, "_base_executable", sys.executable))
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
PROGRAMS = ("sh", "sed", "cat", "sleep", "mkdir", "touch", "make", "awk", "rm", "env", "cp")
SECONDS = 60
NPM_CI = """
mkdir -p node_modules/.bin
for name in acorn esbuild typescript; do mkdir -p node_modules/$name; done
echo "$npm_config_cache $TMPDIR" >"$FAKES/npm-environment"
echo ci >>"$FAKES/npm-calls"
"""

LOGIN = "https://me" + ":secret@"
"""Concatenated, so that secret scanners do not report it."""


def wheel(folder: Path, name: str, version: str) -> str:
    """Write a wheel with one module; return its digest in the format of lock files."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_record_digest(text)},{len(text)}" for path, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"


BACKEND = """
import base64, hashlib, pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    info = "ours-1.0.dist-info"
    files = {
        "ours.pth": str(pathlib.Path("src").resolve()),
        f"{info}/METADATA": "Metadata-Version: 2.1\\nName: ours\\nVersion: 1.0\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(pathlib.Path(folder) / "ours-1.0-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return "ours-1.0-py3-none-any.whl"
"""
"""A build backend for a package of the checkout, without dependencies."""


def _record_digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Machine:
    """A small checkout, and the programs on its PATH."""

    root: Path
    bin: Path
    variables: dict[str, str] = field(default_factory=dict)

    def fake(self, name: str, script: str) -> None:
        """Put a program on the PATH."""
        file = self.bin / name
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)

    def fake_node(self, version: str) -> None:
        self.fake("node", f"echo v{version}")

    def fake_npm(self, ci: str = NPM_CI, version: str = "10.8.2") -> None:
        self.fake("npm", f'if [ "$1" = --version ]; then echo {version}; exit; fi\n{ci}')

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.bin),
            "HOME": str(self.root.parent / "home"),
            "FAKES": str(self.bin.parent),
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(self.root.parent / "wheels"),
            **self.variables,
        }

    def lock(self, **versions: str) -> None:
        """Write a Pipfile.lock with wheels of these versions."""
        pins: dict[str, dict[str, object]] = {
            name: {"version": f"=={version}", "hashes": [wheel(self.root.parent / "wheels", name, version)]}
            for name, version in versions.items()
        }
        self.write_lock(pins)

    def write_lock(self, pins: dict[str, dict[str, object]]) -> None:
        lock = {"_meta": {}, "default": pins, "develop": pins, "terraform": {}}
        (self.root / "Pipfile.lock").write_text(json.dumps(lock), encoding="utf-8")

    def add_own_package(self) -> Path:
        """Add a package to the checkout and to the lock; return its only module."""
        folder = self.root / "packages" / "ours"
        (folder / "src").mkdir(parents=True)
        (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
        build = '[build-system]\nrequires = ["backend"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        (folder / "pyproject.toml").write_text(build, encoding="utf-8")
        module = folder / "src" / "ours.py"
        module.write_text("VERSION = 1\n", encoding="utf-8")
        pins = json.loads((self.root / "Pipfile.lock").read_text(encoding="utf-8"))["default"]
        self.write_lock({**pins, "ours": {"editable": True, "path": "packages/ours"}})
        return module

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start an installation; its standard error is its standard output."""
        return subprocess.Popen(
            ["/bin/sh", "ops/bootstrap.sh", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def install(self, *arguments: str, code: int = 0) -> str:
        """Install; return the output."""
        process = self.start(*(arguments or ("runtime",)))
        output = process.communicate(timeout=SECONDS)[0]
        assert "Traceback" not in output
        assert process.returncode == code, output
        return output

    def python(self, code: str) -> str:
        """Run code in the virtual environment; return its output."""
        command = [str(self.root / ".venv/bin/python"), "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    @property
    def packages(self) -> Path:
        return self.root / ".venv/lib" / VERSION / "site-packages"

    def npm_calls(self) -> int:
        file = self.bin.parent / "npm-calls"
        return len(file.read_text(encoding="utf-8").split()) if file.exists() else 0


def new_machine(folder: Path, complete_environment: Path) -> Machine:
    """Make a machine without installation; its Python copies an existing environment, which is faster."""
    root = folder / "a checkout"
    for name in ("common", "ops"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "web").mkdir()
    for name in ("package.json", "package-lock.json", "web/package.json", "web/package-lock.json", "pyproject.toml"):
        shutil.copyfile(ROOT / name, root / name)
    shutil.copyfile(ROOT / "Makefile", root / "Makefile")
    made = Machine(root, folder / "bin")
    for name in ("bin", "home", "wheels"):
        (folder / name).mkdir()
    for name in PROGRAMS:
        (made.bin / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    copy = f"""if [ "$1 $2" = "-m venv" ]; then exec cp -R '{complete_environment}/.' "$3"; fi"""
    made.fake("python3", f"""{copy}\nexec '{PYTHON}' "$@\"""")
    made.fake("terraform", "exit 0")
    made.fake_node("22.12.0")
    made.fake_npm()
    made.lock(tiny="1.0")
    return made


@pytest.fixture(scope="module")
def complete_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new virtual environment."""
    folder = tmp_path_factory.mktemp("complete") / ".venv"
    subprocess.run([PYTHON, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def machine(tmp_path: Path, complete_environment: Path) -> Machine:
    """Return a machine without installation."""
    return new_machine(tmp_path, complete_environment)


@pytest.fixture(scope="module")
def complete_machine(tmp_path_factory: pytest.TempPathFactory, complete_environment: Path) -> Machine:
    """Return a machine with a complete installation; tests must not change it."""
    made = new_machine(tmp_path_factory.mktemp("machine"), complete_environment)
    made.install()
    return made


@pytest.fixture
def installed(tmp_path: Path, complete_machine: Machine) -> Machine:
    """Return a machine with a complete installation."""
    shutil.copytree(complete_machine.root.parent, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Machine(tmp_path / complete_machine.root.name, tmp_path / "bin")


# --- complete and incomplete installations ---------------------------------------------------------------


def test_a_fresh_checkout_is_installed_once(machine: Machine) -> None:
    machine.variables["CHAT_LOCAL_PYTHON"] = PYTHON
    output = machine.install()

    assert [line for line in output.splitlines() if not line.startswith("  ")] == [
        "Installing Python packages into .venv: about half a minute, once ...",
        "Installing Node.js packages (runtime) into node_modules: a few seconds, once ...",
    ]
    assert machine.python("import tiny; print(tiny.VERSION)") == "1.0"
    assert machine.install() == ""
    assert machine.npm_calls() == 1


def test_an_environment_of_the_first_release_is_adopted(machine: Machine, complete_environment: Path) -> None:
    shutil.copytree(complete_environment, machine.root / ".venv", symlinks=True)
    (machine.root / ".venv/.runtime").touch()
    (machine.packages / "other").mkdir()

    machine.install("python")

    assert (machine.packages / "other").is_dir()
    assert (machine.root / ".venv" / MARKER).is_file()
    assert machine.python("import tiny; print(tiny.VERSION)") == "1.0"


def lose_pip(machine: Machine) -> None:
    shutil.rmtree(machine.packages / "pip")


def break_pip(machine: Machine) -> None:
    (machine.packages / "pip/_internal/__init__.py").write_text("def", encoding="utf-8")
    (machine.root / ".venv/.runtime").unlink()


def lose_python(machine: Machine) -> None:
    for name in ("python", "python3", VERSION):
        (machine.root / ".venv/bin" / name).unlink()


def lose_the_base_python(machine: Machine) -> None:
    for name in ("python", "python3", VERSION):
        (machine.root / ".venv/bin" / name).unlink()
        (machine.root / ".venv/bin" / name).symlink_to("/nowhere/python3")


def change_the_base_python(machine: Machine) -> None:
    (machine.root / ".venv/lib" / VERSION).rename(machine.root / ".venv/lib/python3.1")


def end_pip_in_its_middle(machine: Machine) -> None:
    (machine.root / ".venv/.installing").touch()
    (machine.root / ".venv/.runtime").unlink()
    machine.root.joinpath(".tools/logs/pip-venv.log").write_text("Installing collected packages: tiny\n")


def lose_pyvenv_cfg(machine: Machine) -> None:
    (machine.root / ".venv/pyvenv.cfg").unlink()


def keep_the_marker_only(machine: Machine) -> None:
    for entry in (machine.root / ".venv").iterdir():
        if entry.name != MARKER:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        lose_pip,
        break_pip,
        lose_python,
        lose_the_base_python,
        change_the_base_python,
        end_pip_in_its_middle,
        lose_pyvenv_cfg,
        keep_the_marker_only,
    ],
)
def test_a_broken_environment_is_made_again(installed: Machine, damage: object) -> None:
    assert callable(damage)
    installed.root.joinpath(".venv/made-before").touch()
    damage(installed)

    installed.install("python")

    assert installed.python("import tiny; print(tiny.VERSION)") == "1.0"
    assert not installed.root.joinpath(".venv/made-before").exists()
    assert installed.install("python") == ""


def test_an_incomplete_environment_of_the_first_release_is_made_again(
    machine: Machine, complete_environment: Path
) -> None:
    """Interrupted in the first second: a virtual environment without pip and without its owner's marker."""
    shutil.copytree(complete_environment, machine.root / ".venv", symlinks=True)
    lose_pip(machine)

    assert ".venv is not complete: it is made again." in machine.install("python")
    assert machine.python("import tiny; print(tiny.VERSION)") == "1.0"


def test_a_failed_download_keeps_the_environment(installed: Machine) -> None:
    installed.root.joinpath(".venv/made-before").touch()
    installed.lock(tiny="2.0")
    shutil.rmtree(installed.root.parent / "wheels")
    output = installed.install("python", code=1)
    assert "the registry has no tiny==2.0 for this system" in output
    assert installed.python("import tiny; print(tiny.VERSION)") == "1.0"

    (installed.root.parent / "wheels").mkdir()
    installed.lock(tiny="2.0")
    installed.install("python")

    assert installed.python("import tiny; print(tiny.VERSION)") == "2.0"
    assert installed.root.joinpath(".venv/made-before").exists()


def test_a_new_lock_file_is_installed_and_dropped_packages_are_ignored(installed: Machine) -> None:
    installed.lock(tiny="1.1", other="3.0")
    installed.install()
    installed.lock(other="3.0")
    installed.install()

    assert installed.python("import other, tiny; print(other.VERSION, tiny.VERSION)") == "3.0 1.1"


def test_a_removed_package_is_installed_again(installed: Machine) -> None:
    command = [str(installed.root / ".venv/bin/python"), "-m", "pip", "uninstall", "--yes", "tiny"]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(installed.root / "node_modules/esbuild")

    installed.install()

    assert installed.python("import tiny; print(tiny.VERSION)") == "1.0"
    assert installed.root.joinpath("node_modules/esbuild").is_dir()


def test_a_package_of_the_checkout_is_linked_once_and_changed_sources_need_no_installation(installed: Machine) -> None:
    module = installed.add_own_package()

    assert "Installing this repository's packages into .venv: a few seconds, once ..." in installed.install()
    assert installed.python("import ours, tiny; print(ours.VERSION, tiny.VERSION)") == "1 1.0"
    module.write_text("VERSION = 20\n", encoding="utf-8")
    assert installed.install() == ""
    assert installed.python("import ours; print(ours.VERSION)") == "20"


def test_packages_of_the_checkout_are_linked_again_without_a_registry_if_necessary(installed: Machine) -> None:
    description = installed.add_own_package().parents[1] / "pyproject.toml"
    installed.install()
    shutil.rmtree(installed.root.parent / "wheels")
    assert installed.install() == ""

    description.write_text(description.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert "this repository's packages" in installed.install()
    moved = Machine(installed.root.rename(installed.root.with_name("moved")), installed.bin)
    assert "this repository's packages" in moved.install()
    assert moved.python("import ours; print(ours.__file__)") == str(moved.root / "packages/ours/src/ours.py")


def test_an_environment_made_again_for_one_package_of_the_checkout_gets_all_of_them(
    installed: Machine,
) -> None:
    installed.add_own_package()
    installed.install()
    (installed.root / ".venv/.packages").unlink()
    (installed.root / ".venv/.installing").touch()
    installed.root.joinpath(".tools/logs/pip-venv.log").write_text("Installing collected packages: ours\n")

    assert "made again" in installed.install()
    assert installed.python("import ours, tiny; print(ours.VERSION, tiny.VERSION)") == "1 1.0"
    assert installed.install() == ""


# --- npm --------------------------------------------------------------------------------------------------


def test_a_failed_npm_keeps_the_existing_packages(installed: Machine) -> None:
    installed.fake_npm("mkdir -p node_modules/acorn; kill -9 $$")
    installed.root.joinpath("package-lock.json").write_text('{"packages": {}}', encoding="utf-8")

    output = installed.install(code=1)

    assert "was ended by signal 9" in output
    assert sorted(path.name for path in installed.root.joinpath("node_modules").glob("[a-z]*")) == [
        "acorn",
        "esbuild",
        "typescript",
    ]
    installed.fake_npm()
    installed.install()
    assert installed.install() == ""


def test_incomplete_node_modules_of_the_first_release_are_replaced(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.root.joinpath("node_modules/acorn/half").mkdir(parents=True)

    installed.install()

    assert not installed.root.joinpath("node_modules/acorn/half").exists()


def test_node_modules_with_foreign_files_are_not_changed(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.root.joinpath("node_modules/thesis").mkdir(parents=True)

    output = installed.install(code=1)

    assert "node_modules was not made by this project's commands, so nothing in it was changed." in output
    assert installed.root.joinpath("node_modules/thesis").is_dir()


@pytest.mark.parametrize("version", ["20.19.0", "20.20.2", "22.12.0", "23.0.0", "24.1.0-nightly2026"])
def test_supported_versions_of_node(installed: Machine, version: str) -> None:
    installed.fake_node(version)

    assert installed.install() == ""


@pytest.mark.parametrize("version", ["18.20.8", "20.9.0", "20.18.3", "21.7.3", "22.11.0"])
def test_other_versions_of_node_are_refused_before_anything_is_installed(machine: Machine, version: str) -> None:
    machine.fake_node(version)

    output = machine.install(code=1)

    assert output == (
        "Node.js 20.19 or a later 20, or 22.12 or newer is needed, with npm 8.12 or newer; found "
        f"node {version}, npm 10.8.2. Install both from your system's packages or from https://nodejs.org, and run the "
        "same make command again.\n"
    )
    assert not machine.root.joinpath(".venv").exists()


def test_a_missing_npm_is_reported(machine: Machine) -> None:
    machine.bin.joinpath("npm").unlink()

    assert "found node 22.12.0, npm missing." in machine.install(code=1)


def test_every_version_range_of_package_json_is_understood() -> None:
    engines = [
        json.loads((ROOT / name).read_text(encoding="utf-8"))["engines"]
        for name in ("package.json", "web/package.json")
    ]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"][""]["engines"]

    assert engines[0]["node"] == engines[1]["node"] == locked["node"]
    assert locked == engines[0]
    assert all(in_words(demand) for demand in engines[0].values())
    with pytest.raises(ValueError, match="neither"):
        is_accepted((20, 0, 0), "~20.1")
    assert parse_version("not a version") is None


# --- Python -----------------------------------------------------------------------------------------------


def test_an_old_python_is_reported_with_a_remedy(machine: Machine) -> None:
    machine.fake("python3", 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')

    output = machine.install(code=1)

    assert output.startswith("Python 3.11 or newer is needed; 'python3' is Python 3.9.2.\n")
    assert "make up PYTHON=/path/to/python3.12" in output


def test_a_missing_python_is_reported(machine: Machine) -> None:
    machine.bin.joinpath("python3").unlink()

    assert "'python3' is missing or does not run" in machine.install(code=1)


@pytest.mark.parametrize("has_apt", [True, False])
def test_python_without_ensurepip_is_reported_with_the_package_to_install(machine: Machine, has_apt: bool) -> None:
    script = f"""
case "$1 $2" in
"-I -c") printf '3.11.0\\n/usr\\n' ;;
"-m virtualenv") exit 1 ;;
*) exec '{PYTHON}' "$@" ;;
esac"""
    machine.fake("python3", script)
    if has_apt:
        machine.fake("apt-get", "exit 1")

    output = machine.install(code=1)

    assert "lacks the module ensurepip" in output
    assert ("`sudo apt-get install python3.11-venv`" in output) == has_apt
    machine.variables["CHAT_LOCAL_PYTHON"] = PYTHON
    machine.install()
    assert machine.python("import tiny; print(tiny.VERSION)") == "1.0"


# --- ownership of folders ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [".venv", "node_modules", "web/node_modules", ".tools"])
@pytest.mark.parametrize("kind", ["link", "dangling link", "file"])
def test_links_and_files_are_not_overwritten(machine: Machine, name: str, kind: str) -> None:
    elsewhere, path = machine.root.parent / "elsewhere", machine.root / name
    if kind == "link":
        elsewhere.mkdir()
    path.write_text("mine", encoding="utf-8") if kind == "file" else path.symlink_to(elsewhere)

    part = {"web/node_modules": "web", ".venv": "python", ".tools": "python"}.get(name, "runtime")
    output = machine.install(part, code=1)

    assert f"{path} is a {'file' if kind == 'file' else 'symbolic link'}" in output
    assert path.is_symlink() if kind != "file" else path.read_text(encoding="utf-8") == "mine"
    assert kind != "link" or list(elsewhere.iterdir()) == []


def test_a_foreign_environment_is_not_changed(machine: Machine, complete_environment: Path) -> None:
    shutil.copytree(complete_environment, machine.root / ".venv", symlinks=True)
    (machine.packages / "thesis.py").touch()
    before = sorted(path.name for path in (machine.root / ".venv").rglob("*"))

    output = machine.install("python", code=1)

    assert ".venv was not made by this project's commands, so nothing in it was changed." in output
    assert sorted(path.name for path in (machine.root / ".venv").rglob("*")) == before


def test_a_foreign_folder_of_tools_is_not_changed(machine: Machine) -> None:
    machine.root.joinpath(".tools/tmp/thesis").mkdir(parents=True)

    assert ".tools was not made by this project's commands" in machine.install(code=1)
    assert machine.root.joinpath(".tools/tmp/thesis").is_dir()


# --- caches and temporary files ------------------------------------------------------------------------------


def test_a_read_only_home_gets_caches_in_the_checkout(installed: Machine) -> None:
    home = installed.root.parent / "file"
    home.touch()
    installed.variables["HOME"] = str(home)
    shutil.rmtree(installed.root / "node_modules")

    installed.install()

    cache, temporary = (
        installed.bin.parent.joinpath("npm-environment").read_text(encoding="utf-8").strip().rsplit(" /", 1)
    )
    assert cache == str(installed.root / ".tools/cache/npm")
    assert f"/{temporary}" == str(installed.root / ".tools/tmp")


def test_other_homes_keep_their_caches(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.install()

    assert str(installed.root.parent / "home/.npm") in installed.bin.parent.joinpath("npm-environment").read_text()


def test_temporary_files_are_deleted(installed: Machine) -> None:
    assert not installed.root.joinpath(".tools/tmp").exists()
    assert not installed.root.joinpath(".local").exists()


# --- interruptions and concurrent installations ------------------------------------------------------------


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_ends_the_installer_and_the_next_call_continues(
    installed: Machine, number: signal.Signals
) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.fake_npm('echo $$ >"$FAKES/npm-process"; exec sleep 60')
    process = installed.start("runtime")
    wait_for(installed.bin.parent / "npm-process")
    time.sleep(0.1)
    process.send_signal(number)

    output = process.communicate(timeout=SECONDS)[0]

    assert process.returncode == 130
    assert output.endswith("Interrupted. Installed packages are kept: run the same command again to continue.\n")
    with pytest.raises(ProcessLookupError):
        os.kill(int(installed.bin.parent.joinpath("npm-process").read_text(encoding="utf-8")), 0)
    installed.fake_npm()
    installed.install()
    assert installed.install() == ""


def test_concurrent_calls_install_once(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.bin.parent.joinpath("npm-calls").unlink()
    installed.fake_npm('touch "$FAKES/begun"; sleep 1' + NPM_CI)
    first = installed.start("runtime")
    wait_for(installed.bin.parent / "begun")

    output = installed.install()

    assert first.wait(SECONDS) == 0
    assert "Another installation into this checkout is under way; waiting for it ..." in output
    assert installed.npm_calls() == 1


def test_the_installer_of_a_killed_installation_is_awaited(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    installed.fake_npm('touch "$FAKES/begun"; sleep 2; touch "$FAKES/ended"')
    first = installed.start("runtime")
    wait_for(installed.bin.parent / "begun")
    first.kill()
    first.wait(SECONDS)
    installed.fake_npm('test -e "$FAKES/ended" || exit 1' + NPM_CI)

    assert "waiting for it ..." in installed.install()
    assert installed.install() == ""


def test_an_unreachable_registry_is_reported_during_retries(installed: Machine) -> None:
    shutil.rmtree(installed.root / "node_modules")
    attempt = f"npm http fetch GET {LOGIN}registry.example/acorn attempt 1 failed with ECONNREFUSED"
    installed.fake_npm(f"echo {attempt}; sleep 2; echo npm error code ECONNREFUSED; exit 1")

    output = installed.install(code=1)

    assert "s: npm http fetch GET https://registry.example/acorn attempt 1 failed" in output
    assert "registry.example cannot be reached. Check the network, the proxy (HTTPS_PROXY is not set)" in output
    assert "secret" not in output


# --- error messages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("npm error code ENOSPC", "Free some space there, then run the same command again"),
        (
            "Retrying (Retry(total=1)) after NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=9): refused\")",
            "127.0.0.1:9 cannot be reached",
        ),
        (
            f"Looking in indexes: {LOGIN}pypi.example/simple\nRetrying (Retry(total=1)) ConnectTimeoutError",
            "pypi.example cannot be reached",
        ),
        (
            "WARNING: Retrying (Retry(total=1)) after NewConnectionError('<object>: refused')",
            "pypi.org cannot be reached",
        ),
        ("npm error request to http://127.0.0.1:9/acorn failed, reason: connect ECONNREFUSED", "127.0.0.1:9 cannot be"),
        ("SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] https://pypi.example/simple')", "certificate of pypi.example"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "name the file with its authority in NODE_EXTRA_CA_CERTS"),
        ("ERROR: 403 Client Error: Forbidden for url: https://pypi.example/simple", "pypi.example refuses access"),
        ("npm error code EINTEGRITY", "does not match package-lock.json, so it was not used"),
        ("npm error code EUSAGE", "package.json and package-lock.json do not match"),
        ("ERROR: No matching distribution found for tiny==2.0", "the registry has no tiny==2.0 for this system"),
        ("npm error Error: EACCES: permission denied, open '/nowhere/x'\nsudo chown", "/nowhere/x: Permission denied"),
        ("Something unheard of", "Something unheard of. Remove the cause"),
        ("", "exit code 1"),
    ],
)
def test_errors_of_installers_become_one_sentence(output: str, sentence: str, tmp_path: Path) -> None:
    tool = NPM if "npm" in output else PIP

    text = explain(tool, output, 1, Path(".tools/logs/x.log"), [tmp_path])

    assert sentence in text
    assert text.endswith("The installer's output is in .tools/logs/x.log.")
    assert "sudo chown" not in text


def test_a_full_disk_is_reported_if_the_log_is_truncated(tmp_path: Path) -> None:
    cut = "Collecting x\n  data = self._fp_"

    assert f"{tmp_path}: the disk is full" in explain(PIP, cut, 2, Path("x.log"), [tmp_path], was_full=True)
    assert "is full" not in explain(PIP, cut, 2, Path("x.log"), [tmp_path])


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"default": {}}', '<<<<<<< HEAD\n{"default": {}}'])
def test_a_damaged_lock_file_is_reported(machine: Machine, content: str) -> None:
    machine.root.joinpath("Pipfile.lock").write_text(content, encoding="utf-8")

    output = machine.install(code=1)

    assert "Pipfile.lock" in output
    assert "`git checkout Pipfile.lock`" in output


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_damaged_file_of_npm_is_reported(machine: Machine, name: str) -> None:
    machine.root.joinpath("node_modules/acorn").mkdir(parents=True)
    machine.root.joinpath(name).write_text("<<<<<<< HEAD\n{}", encoding="utf-8")

    output = machine.install(code=1)

    assert f"{machine.root / name} is damaged. `git checkout {name}` beside it restores it" in output


# --- make -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LOCAL_DIRECTORY", "", "names no folder"),
        ("LOCAL_DIRECTORY", " ", "names no folder"),
        ("PORT", "abc", "is not a port"),
        ("PORT", "", "is not a port"),
        ("TLS_PORT", "65536", "is not a port"),
        ("WEB_PORT", "-1", "is not a port"),
        ("DEPLOY", "magic", "is not one of auto, terraform, direct"),
    ],
)
def test_invalid_variables_are_reported_before_the_installation(
    machine: Machine, name: str, value: str, words: str
) -> None:
    run = subprocess.run(
        ["make", "up", f"{name}={value}"],
        cwd=machine.root,
        env=machine.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2
    assert name in run.stderr
    assert words in run.stderr
    assert run.stdout == ""
    assert not machine.root.joinpath(".venv").exists()


@pytest.mark.parametrize("value", ["/tmp/a b", "a'b\"c", "münchen", "a$b", "$(x)", "a#b"])  # noqa: S108
def test_variables_are_passed_to_commands_unchanged(machine: Machine, value: str) -> None:
    with (machine.root / "Makefile").open("a", encoding="utf-8") as makefile:
        makefile.write("\nshow:\n\t@printf '%s|%s' \"$$CHAT_LOCAL_DIRECTORY\" $(call quoted,TO)\n")
    command = ["make", "show", f"LOCAL_DIRECTORY={value}", f"TO={value}"]
    run = subprocess.run(
        command, cwd=machine.root, env=machine.environment, capture_output=True, text=True, check=False
    )

    assert run.stdout == f"{value}|{value}"


def test_valid_variables_are_accepted() -> None:
    good = [("LOCAL_DIRECTORY", "a b"), ("PORT", "0"), ("WEB_PORT", ""), ("DEPLOY", "direct"), ("TLS_PORT", "65535")]

    assert [problem(name, value) for name, value in good] == [None] * len(good)


def test_clean_deletes_generated_files(tmp_path: Path) -> None:
    for path in ("cdktf.out/stacks/chat-dev", "web/dist/0123456789abcdef", ".mypy_cache", ".hypothesis"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / ".mypy_cache/CACHEDIR.TAG").touch()
    for name in (".lock", "0123456789abcdef.sha256"):
        (tmp_path / "web/dist" / name).touch()

    assert delete_leftovers(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["web"]


@pytest.mark.parametrize("name", ["cdktf.out", "web/dist", ".ruff_cache"])
def test_clean_keeps_links_and_foreign_files(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "CACHEDIR.TAG").touch()
    root = tmp_path / "root"
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(elsewhere)
    assert delete_leftovers(root) == [f"{root / name} is a symbolic link: it was left alone."]
    assert (root / name / "CACHEDIR.TAG").exists()

    (root / name).unlink()
    (root / name / "thesis").mkdir(parents=True)
    (sentence,) = delete_leftovers(root)
    assert "left alone" in sentence
    assert (root / name / "thesis").is_dir()


def test_clean_does_not_follow_a_linked_folder(tmp_path: Path) -> None:
    build = tmp_path / "elsewhere/dist/0123456789abcdef"
    build.mkdir(parents=True)
    root = tmp_path / "root"
    root.mkdir()
    (root / "web").symlink_to(tmp_path / "elsewhere")

    assert delete_leftovers(root) == [f"{root / 'web'} is a symbolic link: it was left alone."]
    assert build.is_dir()
