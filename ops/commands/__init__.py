"""The commands of ``python -m ops``, one file each; `ops.command_line` finds them by the names of the files."""
