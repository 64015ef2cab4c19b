"""Shell completion: a function ``ops``, which runs ``python -m ops``, and the completion of its arguments.

A shell completes the arguments of a command by the command's name, and ``python`` is the name of many others.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from click.shell_completion import shell_complete

if TYPE_CHECKING:
    import click

VARIABLE = "_OPS_COMPLETE"
"""Environment variable with which the scripts ask for completions: ``<shell>_complete``."""
_NAME = "ops"
_BASH = """\
ops() { PYTHON -m ops "$@"; }
_ops_completion() {
    local kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default ;;
            dir) compopt -o dirnames ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" VARIABLE=bash_complete PYTHON -m ops)
}
complete -F _ops_completion ops
"""
_ZSH = """\
ops() { PYTHON -m ops "$@" }
_ops_completion() {
    local kind value help
    local -a values
    env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) VARIABLE=zsh_complete PYTHON -m ops |
    while read -r kind && read -r value && read -r help; do
        case $kind in
            plain) if [[ $help == _ ]]; then values+=("$value"); else values+=("$value:$help"); fi ;;
            file) _files ;;
            dir) _files -/ ;;
        esac
    done
    _describe ops values
}
compdef _ops_completion ops
"""
_FISH = """\
function ops
    PYTHON -m ops $argv
end
function _ops_completion
    for line in (env COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) VARIABLE=fish_complete PYTHON -m ops)
        set -l found (string split -m 1 , -- $line)
        switch $found[1]
            case plain
                echo $found[2]
            case file
                __fish_complete_path $found[2]
            case dir
                __fish_complete_directories $found[2]
        end
    end
end
complete --no-files --command ops --arguments '(_ops_completion)'
"""
SCRIPTS = {"bash": _BASH, "fish": _FISH, "zsh": _ZSH}


def script(shell: str, python: str) -> str:
    """Return the commands that a shell evaluates to complete the arguments of ``ops``.

    Args:
        shell: one of `SCRIPTS`.
        python: path of the interpreter that runs ``python -m ops``.
    """
    return SCRIPTS[shell].replace("VARIABLE", VARIABLE).replace("PYTHON", shlex.quote(python))


def complete(commands: click.Group, instruction: str) -> int:
    """Print the completions that a script requests; return the exit code."""
    return shell_complete(commands, {}, _NAME, VARIABLE, instruction)
