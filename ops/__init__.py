"""What operators do with environments."""

import common  # noqa: F401 - explains a failed import of a command
