"""The local AWS: MiniStack behind this project's AppSync data plane, in one process that listens on loopback."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - `make down` may find an old one, which could not read the other files
    sys.exit(f"Python 3.11 or newer is needed; {sys.executable} is older. Name another: `make PYTHON=python3.12 ...`.")
