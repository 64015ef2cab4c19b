"""The cases. Each is a function that creates the machine, runs commands and returns their results."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.machines.machine import PYTHON, Answer, Machine, Workshop

if TYPE_CHECKING:
    from collections.abc import Callable

UNREACHABLE = "http://127.0.0.1:9"
NODES = ("18.20.8", "20.9.0", "20.18.3", "22.11.0")


class Skip(Exception):  # noqa: N818 - not an error
    """This machine cannot be made here; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a case.

    Attributes:
        done: what was done, in words.
        answer: what came of it.
        code: the exit code that it must have; None for any.
        says: words that must be in what it printed.
    """

    done: str
    answer: Answer
    code: int | None
    says: tuple[str, ...] = ()

    @property
    def problem(self) -> str | None:
        """What is not as it must be."""
        if "Traceback (most recent call last)" in self.answer.output:
            return "a traceback"
        if self.code is not None and self.answer.code != self.code:
            return f"exit code {self.answer.code}, not {self.code}"
        missing = [words for words in self.says if words not in self.answer.output]
        return f"not said: {missing[0]}" if missing else None


@dataclass(frozen=True, slots=True)
class Case:
    """A machine with its title."""

    title: str
    run: Callable[[Workshop], list[Step]]


CASES: list[Case] = []
_MAKE_FAILED = 2
TRY_AGAIN = "then run the same command again; it continues from here"


def case(title: str) -> Callable[[Callable[[Workshop], list[Step]]], Callable[[Workshop], list[Step]]]:
    """Add a case."""

    def add(run: Callable[[Workshop], list[Step]]) -> Callable[[Workshop], list[Step]]:
        CASES.append(Case(title, run))
        return run

    return add


def refused(machine: Machine, done: str, *says: str, command: tuple[str, ...] = ("make", "bootstrap")) -> Step:
    """Run a command that must fail with some words."""
    return Step(done, machine.run(*command), _MAKE_FAILED, says)


def good(machine: Machine, done: str, *says: str, command: tuple[str, ...] = ("make", "bootstrap")) -> Step:
    """Run a command that must succeed."""
    return Step(done, machine.run(*command), 0, says)


def again(machine: Machine, *says: str) -> Step:
    """Run the same command again, on a machine that is in order now."""
    return good(machine, "`make bootstrap` again", *says)


def in_namespace(machine: Machine, script: str) -> None:
    """Run the machine's commands where a shell script has mounted something.

    Raises:
        Skip: this user may not do so.
    """
    if (
        sys.platform != "linux"
        or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode
    ):
        raise Skip("needs Linux and `unshare -rm`")
    machine.inside = ["unshare", "-rm", "sh", "-ec", f'{script}\nexec "$@"', "sh"]


# --- nothing installed --------------------------------------------------------------------------------------


@case("Nothing is installed: `make down`, `status`, `clean` and `help`")
def without_an_installation(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    steps = [
        good(machine, f"`make {target}`", words, command=("make", target))
        for target, words in {
            "down": "not running",
            "status": "not running",
            "clean": "Clean.",
            "help": "make up",
        }.items()
    ]
    made = [name for name in (".venv", "node_modules", ".tools", ".local") if (machine.root / name).exists()]
    if made:
        steps.append(Step("nothing may be made", Answer(f"made: {made}", 1, 0), 0))
    return steps


@case("An invalid variable for `make`")
def variables(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    wrong = ("LOCAL_DIRECTORY=", "PORT=abc", "TLS_PORT=99999", "DEPLOY=magic")
    return [refused(machine, f"`make up {text}`", text.split("=")[0], command=("make", "up", text)) for text in wrong]


@case("Python is too old or missing")
def old_python(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    machine.variables["PYTHON"] = "python3.9"
    missing = refused(machine, "`PYTHON=python3.9`, which is missing", "Python 3.11 or newer is needed")
    machine.fake("python3.9", 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')
    return [missing, refused(machine, "`PYTHON=python3.9`", "'python3.9' is Python 3.9.2", "make up PYTHON=")]


@case("Node.js is too old, including minor versions")
def old_node(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    steps = []
    for version in NODES:
        machine.fake("node", f"echo v{version}")
        machine.fake("npm", "echo 10.8.2")
        steps.append(refused(machine, f"Node.js {version}", "is needed, with npm", f"found node {version}"))
    return steps


@case("Debian without python3-venv: Python has no ensurepip")
def no_ensurepip(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    library = Path(os.__file__).parent
    home = machine.folder / "python"
    (home / "bin").mkdir(parents=True)
    (home / "lib" / library.name).mkdir(parents=True)
    shutil.copy(Path(PYTHON).resolve(), home / "bin" / "python3")
    for entry in library.iterdir():
        if entry.name not in {"ensurepip", "site-packages"}:
            (home / "lib" / library.name / entry.name).symlink_to(entry)
    machine.variables["PYTHON"] = str(home / "bin" / "python3")
    machine.variables["LD_LIBRARY_PATH"] = str(library.parent)
    apt = bool(shutil.which("apt-get"))
    first = refused(
        machine, "`make bootstrap`", "lacks the module ensurepip", *(["`sudo apt-get install python3."] if apt else [])
    )
    del machine.variables["PYTHON"]
    return [first, again(machine)]


# --- interrupted --------------------------------------------------------------------------------------------


@case("Ctrl-C one second into the first `make bootstrap`")
def interrupted(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    answer = machine.interrupt(1, signal.SIGINT, "make", "bootstrap")
    return [Step("`make bootstrap`, Ctrl-C after 1 s", answer, None, ("Interrupted",)), again(machine)]


@case("`kill -9` of all processes while pip installs packages")
def killed(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    process = machine.start("make", "bootstrap")
    log = machine.root / ".tools/logs/pip-venv.log"
    begun = time.monotonic()
    while "Installing collected packages" not in (log.read_text(encoding="utf-8") if log.exists() else ""):
        if process.poll() is not None:
            return [Step("`make bootstrap`", Answer(process.communicate()[0], 1, 0), 0)]
        time.sleep(0.05)
    time.sleep(1)
    _kill_tree(process.pid)
    answer = Answer(process.communicate()[0], process.returncode, time.monotonic() - begun)
    return [Step("`kill -9`", answer, None), again(machine, ".venv is not complete: it is made again.")]


def _kill_tree(pid: int) -> None:
    """Kill a process and all that descend from it, in whatever group they are."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    os.kill(pid, signal.SIGSTOP)
    for child in children.stdout.split():
        _kill_tree(int(child))
    os.kill(pid, signal.SIGKILL)


@case("Two concurrent `make bootstrap` in one checkout")
def two_at_once(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    first = machine.start("make", "bootstrap")
    while not (machine.root / ".tools/.lock").exists():
        time.sleep(0.05)
    time.sleep(0.2)
    second = good(machine, "the second", "Another installation into this checkout is under way")
    output = first.communicate()[0]
    return [second, Step("the first", Answer(output, first.returncode, second.answer.seconds), 0)]


# --- half made ----------------------------------------------------------------------------------------------


@case("`.venv` of the first release, left without pip")
def half_made(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", str(machine.root / ".venv")], check=True)
    return [good(machine, "`make bootstrap`", ".venv is not complete: it is made again.")]


@case("The Python that created `.venv` was removed")
def python_is_gone(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    for link in (machine.root / ".venv/bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python3")
    down = good(machine, "`make down`", command=("make", "down"))
    return [down, again(machine, ".venv is not complete: it is made again.")]


@case("A package was removed manually, and `node_modules` is incomplete")
def removed_package(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    command = [str(machine.root / ".venv/bin/python"), "-m", "pip", "uninstall", "--yes", "boto3"]
    subprocess.run(command, check=True, capture_output=True)
    shutil.rmtree(machine.root / "node_modules/esbuild")
    imports = (".venv/bin/python", "-c", "import boto3")
    return [good(machine, "`make bootstrap`", "Installing Python"), good(machine, "`import boto3`", command=imports)]


@case("npm is killed during the installation")
def npm_breaks_off(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    shutil.rmtree(machine.root / "node_modules")
    npm = shutil.which("npm")
    machine.fake("npm", f'[ "$1" = ci ] || exec {npm} "$@"; mkdir -p node_modules/acorn; kill -9 $$')
    first = refused(machine, "npm kills itself", "was ended by signal 9", TRY_AGAIN)
    machine.unfake("npm")
    return [first, again(machine)]


@case("An update by `git pull`: the lock file changed")
def updated(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    lock = machine.root / "Pipfile.lock"
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["default"]["iniconfig"] = content["develop"]["iniconfig"]
    del content["default"]["pygments"]
    lock.unlink()  # a hard link to the other machines' file
    lock.write_text(json.dumps(content), encoding="utf-8")
    imports = (".venv/bin/python", "-c", "import iniconfig, pygments")
    return [
        good(machine, "a package more and one less: `make bootstrap`", "Installing Python packages"),
        good(machine, "both can be imported", command=imports),
        again(machine),
    ]


@case("A damaged lock file")
def damaged_lock(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    steps = []
    for name, words in (
        ("Pipfile.lock", "git checkout Pipfile.lock"),
        ("package-lock.json", "git checkout package.json"),
    ):
        text = (machine.root / name).read_text(encoding="utf-8")
        (machine.root / name).unlink()
        (machine.root / name).write_text(f"<<<<<<< HEAD\n{text}", encoding="utf-8")
        steps.append(refused(machine, f"a merge conflict in {name}", words))
        (machine.root / name).write_text(text, encoding="utf-8")
    return [*steps, again(machine)]


# --- network ------------------------------------------------------------------------------------------------


@case("The registries are unreachable")
def unreachable(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    pip = {"PIP_INDEX_URL": UNREACHABLE, "PIP_EXTRA_INDEX_URL": "", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    machine.variables |= {**pip, "PIP_NO_CACHE_DIR": "1"}
    pypi = refused(machine, "PyPI", "127.0.0.1:9 cannot be reached", TRY_AGAIN)
    for name in (*pip, "PIP_NO_CACHE_DIR"):
        del machine.variables[name]
    machine.variables |= {"npm_config_registry": UNREACHABLE, "npm_config_cache": str(machine.folder / "cache")}
    npm = refused(machine, "npm's", "127.0.0.1:9 cannot be reached", TRY_AGAIN)
    machine.variables.clear()
    return [pypi, npm, again(machine)]


# --- file systems and users ----------------------------------------------------------------------------------


@case("`/tmp` has 1 MB")
def tiny_tmp(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    if machine.folder.is_relative_to("/tmp"):  # noqa: S108
        keep = f"mkdir -p /mnt; mount --bind '{machine.folder}' /mnt; mount -t tmpfs -o size=1m tmpfs /tmp"
        script = f"{keep}; mkdir -p '{machine.folder}'; mount --move /mnt '{machine.folder}'; cd '{machine.root}'"
    else:
        script = "mount -t tmpfs -o size=1m tmpfs /tmp"
    in_namespace(machine, script)
    return [good(machine, "`make bootstrap`", "Installing Node.js packages")]


@case("The disk is full")
def full_disk(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    disk = machine.folder / "disk"
    disk.mkdir()
    in_namespace(
        machine, f"mount -t tmpfs -o size=60m tmpfs '{disk}'; cp -a '{machine.root}' '{disk}'; cd '{disk}/chat'"
    )
    steps = [refused(machine, "60 MB for the checkout", "is full", "Free some space", TRY_AGAIN)]
    shutil.copytree(machine.root, machine.folder / "copy", symlinks=True)
    larger = f"mount -o remount,size=4g '{disk}'; make bootstrap"
    both = f"make bootstrap || true; {larger}"
    return [*steps, good(machine, "the same with 4 GB afterwards", "is full", command=("sh", "-c", both))]


@case("HOME is read-only")
def read_only_home(workshop: Workshop) -> list[Step]:
    machine = workshop.installed()
    shutil.rmtree(machine.root / "node_modules")
    home = machine.folder / "home"
    home.mkdir()
    machine.variables["HOME"] = str(home)
    in_namespace(machine, f"mount -t tmpfs -o ro tmpfs '{home}'")
    (machine.root / ".venv/.runtime").unlink()
    answer = machine.run("make", "bootstrap")
    kept = (machine.root / ".tools/cache/npm").is_dir()
    output = answer.output + ("the caches are in .tools/cache" if kept else "")
    step = Step("`make bootstrap`", Answer(output, answer.code, answer.seconds), 0, ("the caches are in .tools/cache",))
    return [Step("no advice of npm about sudo", answer, 1), step] if "sudo" in output else [step]


@case("The checkout belongs to another user")
def another_user(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        raise Skip("needs root and setpriv")
    for folder in (machine.folder, *machine.folder.parents):
        if folder.is_relative_to(workshop.folder):
            folder.chmod(0o755)
    machine.inside = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    machine.variables["PYTHON"] = "/usr/bin/python3"
    return [refused(machine, "`make bootstrap` as nobody", ".tools: Permission denied. It belongs to the user root.")]


# --- other people's files ------------------------------------------------------------------------------------


@case("`.venv`, `node_modules` or `.tools` is a symbolic link or another directory")
def other_peoples_folders(workshop: Workshop) -> list[Step]:
    steps = []
    machine = workshop.fresh()
    elsewhere = machine.folder / "elsewhere"
    elsewhere.mkdir()
    for name in (".tools", ".venv", "node_modules"):
        path = machine.root / name
        path.symlink_to(elsewhere)
        steps.append(refused(machine, f"`{name}` is a link", f"{path} is a symbolic link to {elsewhere}"))
        path.unlink()
        path.mkdir()
        (path / "thesis.txt").touch()
        steps.append(
            refused(machine, f"`{name}` is somebody else's", f"{name} was not made by this project's commands")
        )
        shutil.rmtree(path)
    if list(elsewhere.iterdir()):
        steps.append(Step("the folder behind the links stays empty", Answer("files in it", 1, 0), 0))
    return steps


@case("`make clean` if `cdktf.out` is a symbolic link or another directory")
def clean_of_others(workshop: Workshop) -> list[Step]:
    machine = workshop.fresh()
    elsewhere = machine.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").touch()
    path = machine.root / "cdktf.out"
    path.symlink_to(elsewhere)
    link = good(machine, "a link", "is a symbolic link: it was left alone", command=("make", "clean"))
    path.unlink()
    shutil.copytree(elsewhere, path)
    other = good(machine, "somebody else's", "it was left alone", command=("make", "clean"))
    files = ("ls", str(elsewhere / "thesis.txt"), str(path / "thesis.txt"))
    return [link, other, good(machine, "both files are there", command=files)]
