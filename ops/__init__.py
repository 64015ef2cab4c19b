"""Commands for operators of environments."""

import common  # noqa: F401 - explains a failed import of a command
from ops.deprecated import run_deprecated_form

run_deprecated_form()
