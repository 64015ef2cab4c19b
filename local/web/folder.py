"""The folder of the web client of one local AWS."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.whole_files import make_folder, remove, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from local.embedded.environment import DataDirectory


@dataclass(frozen=True, slots=True)
class WebFolder:
    """The folder ``web`` of a data directory."""

    path: Path

    @classmethod
    def of(cls, directory: DataDirectory) -> WebFolder:
        """Return the web folder of a data directory."""
        return cls(directory.root / "web")

    @property
    def site(self) -> Path:
        """The files of the client: a link to the build."""
        return self.path / "site"

    @property
    def configuration(self) -> Path:
        """The backend's addresses, in Amplify's format."""
        return self.path / "amplify_outputs.json"

    @property
    def demonstration(self) -> Path:
        """The demo users with their passwords."""
        return self.path / "demonstration.json"

    @property
    def trouble(self) -> Path:
        """The reason why there is no client; missing if there is one."""
        return self.path / "trouble.txt"

    def show(self, built: Path) -> None:
        """Serve another build from now on; the change is atomic."""
        make_folder(self.path)
        remove(self.trouble)
        link = self.path / f"site-{os.getpid()}"
        remove(link)
        link.symlink_to(built, target_is_directory=True)
        if self.site.is_dir() and not self.site.is_symlink():
            remove(self.site)  # a folder cannot be replaced by a link
        link.replace(self.site)

    def write(self, file: Path, text: str) -> None:
        """Write a file atomically; only its owner may read it.

        Raises:
            FileError: it cannot be written.
        """
        write_whole(file, text)
