"""Node.js packages, installed into a temporary folder that replaces ``node_modules`` when it is complete."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from ops.installation.checkout import Checkout, Stamp, entries, refuse_foreign, refuse_link, take
from ops.installation.errors import NPM, InstallationError
from ops.installation.running import run
from ops.installation.versions import read_json

_FILES = ("package.json", "package-lock.json", ".npmrc")
_STAMPS = {"runtime": [".runtime"], "development": [".runtime", ".development"]}
_NPMS_RECORD = ".package-lock.json"


@dataclass(frozen=True, slots=True)
class NodePackages:
    """The packages of a package.json.

    Attributes:
        checkout: the checkout.
        folder: the folder of package.json.
        title: their name in messages.
    """

    checkout: Checkout
    folder: Path
    title: str

    @property
    def _modules(self) -> Path:
        return self.folder / "node_modules"

    def _stamp(self, name: str, folder: Path) -> Stamp:
        source = "".join((self.folder / file).read_text(encoding="utf-8") for file in _FILES[:2])
        return Stamp(folder / name, source)

    def lacks(self, kind: str) -> bool:
        """Return whether packages of ``runtime`` or ``development`` are missing."""
        return not self._stamp(_STAMPS[kind][-1], self._modules).is_valid(entries(self._modules))

    def refuse_foreign(self) -> None:
        """Check that the folders belong to this project and are not symbolic links, before any change.

        Raises:
            InstallationError: one does not, or is a link.
        """
        refuse_link(self.folder)
        refuse_foreign(self._modules, ours=self._is_npms)

    def install(self, kind: str, duration: str) -> None:
        """Install the packages; the caller holds the checkout's lock.

        Raises:
            InstallationError: the installation failed; the previous packages remain.
        """
        if not self.lacks(kind):
            return
        name = self._modules.relative_to(self.checkout.root)
        print(f"Installing {self.title} ({kind}) into {name}: {duration}, once ...", flush=True)
        self.refuse_foreign()
        if self._modules.exists():
            take(self._modules, ours=self._is_npms)
        staging = self.checkout.temporary / f"npm-{self.folder.name}"
        take(staging / "node_modules", ours=lambda _: False)
        for file in _FILES:
            if (self.folder / file).is_file():
                shutil.copyfile(self.folder / file, staging / file)
        omit = ["--omit=dev"] if kind == "runtime" else []
        log = f"npm-{'web' if self.folder != self.checkout.root else 'root'}"
        run(self.checkout, log, ["npm", "ci", "--ignore-scripts", "--loglevel=http", *omit], NPM, folder=staging)
        self._put_in_place(staging / "node_modules", kind)

    def _put_in_place(self, new: Path, kind: str) -> None:
        packages = {name for name in entries(new) if not name.startswith(".")}
        if not packages:
            raise InstallationError(f"npm has installed nothing: see {self.checkout.log('npm-root').parent}.")
        take(new, ours=lambda _: True)  # npm has deleted the marker
        for stamp in _STAMPS[kind]:
            self._stamp(stamp, new).write(packages)
        if self._modules.exists():
            self.checkout.discard(self._modules)
        new.rename(self._modules)

    def _is_npms(self, modules: Path) -> bool:
        """Return whether a folder without a marker was created by npm, completely or partly."""
        found = entries(modules)
        if _NPMS_RECORD in found or ".runtime" in found:
            return True
        lock = read_json(self.folder / "package-lock.json")
        locked = {Path(path).parts[1] for path in lock.get("packages", {}) if path.startswith("node_modules/")}
        return all(name in locked or name.startswith(".") for name in found)
