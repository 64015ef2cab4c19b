"""Messages for installation errors, with cause and remedy, from the output of pip and npm."""

from __future__ import annotations

import errno
import os
import re
import shutil
from typing import TYPE_CHECKING, NamedTuple

from common.system_errors import Remedies, describe

if TYPE_CHECKING:
    from pathlib import Path

TRY_AGAIN = "then run the same command again; it continues from here."
_REMEDIES = Remedies(
    elsewhere="clone the repository into a folder that you can write",
    permit="Make it writable, run the command as its owner",
    again=f", {TRY_AGAIN.rstrip('.')}",
)
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


class InstallationError(Exception):
    """The installation cannot continue; the message has the cause and the remedy."""


class Tool(NamedTuple):
    """The name of an installer's packages, and the settings of its registry."""

    packages: str
    registry: str
    authority: str
    lock: str
    host: str


PIP = Tool("Python packages", "PIP_INDEX_URL or pip.conf", "PIP_CERT", "Pipfile.lock", "pypi.org")
NPM = Tool(
    "Node.js packages",
    "npm_config_registry or .npmrc",
    "NODE_EXTRA_CA_CERTS",
    "package-lock.json",
    "registry.npmjs.org",
)

_FULL = r"No space left on device|Errno 28\b|ENOSPC|Disk quota exceeded|Errno 122\b|EDQUOT"
_CERTIFICATE = (
    r"CERTIFICATE_VERIFY_FAILED|SSLError|SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_[A-Z]+|certificate has"
)
_REFUSED = r"\b40[137] Client Error|\bE40[137]\b|code E407|Tunnel connection failed: 407"
_UNREACHABLE = (
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError|RemoteDisconnected|"
    r"Connection refused|Connection reset|Connection aborted|Temporary failure in name resolution|Read timed out|"
    r"ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET|network timeout|"
    r"\b50[0234] Server Error|\bE50[0234]\b"
)
_DIFFERENT = r"DO NOT MATCH THE HASHES|EINTEGRITY|Hashes are required"
_OUT_OF_STEP = r"can only install packages when your package\.json and package-lock\.json|EJSONPARSE|EUSAGE"
_NO_RELEASE = r"No matching distribution found for (\S+)|\bETARGET\b|\bE404\b"
_NOT_ALLOWED = r"Permission denied: '([^']+)'|Read-only file system: '([^']+)'|\b(?:EACCES|EROFS|EPERM)\b.*'([^']+)'"
_HOST = r"host='([^']+)', port=(\d+)|https?://(?:[^/@\s]*@)?([^/\s'\"]+)"


def explain(tool: Tool, output: str, code: int, log: Path, folders: list[Path], *, was_full: bool = False) -> str:
    """Return a message with the cause of a failure and the remedy.

    Args:
        tool: the installer.
        output: its output.
        code: its exit code, negative for a signal.
        log: its log file.
        folders: the folders that it writes to, to name the one with a full disk.
        was_full: whether the disk of the first folder was full, so that the end of the output is missing.
    """
    what = f"The {tool.packages} could not be installed"
    kept = f"The installer's output is in {log}."
    if re.search(_FULL, output):
        return f"{what}: {disk_full(folders)} {kept}"
    host = _host(tool, output)
    if re.search(_CERTIFICATE, output):
        reason = (
            f"the certificate of {host} is not trusted. If a proxy replaces certificates here, name the file with its "
            f"authority in {tool.authority}"
        )
        return f"{what}: {reason}, {TRY_AGAIN} {kept}"
    if re.search(_REFUSED, output):
        reason = f"{host} refuses access. Check its credentials ({tool.registry}) and {_proxies()}"
        return f"{what}: {reason}, {TRY_AGAIN} {kept}"
    if re.search(_DIFFERENT, output):
        reason = f"the package from {host} does not match {tool.lock}, so it was not used"
        return f"{what}: {reason}. Check {tool.registry} and the proxy, {TRY_AGAIN} {kept}"
    if re.search(_UNREACHABLE, output):
        reason = f"{host} cannot be reached. Check the network, {_proxies()} and the registry ({tool.registry})"
        return f"{what}: {reason}, {TRY_AGAIN} {kept}"
    reason = disk_full(folders[:1]) if was_full else _other(tool, output, code)
    return f"{what}: {reason} {kept}"


def _other(tool: Tool, output: str, code: int) -> str:
    if re.search(_OUT_OF_STEP, output):
        return (
            "package.json and package-lock.json do not match. `git checkout package.json package-lock.json` (in web/ "
            f"for the web client) restores them, `make relock` resolves them again; {TRY_AGAIN}"
        )
    if match := re.search(_NO_RELEASE, output):
        name = match[1] or "a package"
        return f"the registry has no {name} for this system. Check {tool.registry}, {TRY_AGAIN}"
    if match := re.search(_NOT_ALLOWED, output):
        return not_writable(next(path for path in match.groups() if path))
    if code < 0:
        return (
            f"the installer was ended by signal {-code}, perhaps for lack of memory. Close other programs, {TRY_AGAIN}"
        )
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:] or [f"exit code {code}"]
    return f"{last[0][:300]}. Remove the cause, {TRY_AGAIN}"


def explain_os_error(error: OSError, root: Path) -> str:
    """Return a message for an operating system error outside of pip and npm."""
    text = disk_full([root]) if error.errno in _DISK_FULL else describe(error, root, _REMEDIES)
    return f"The installation cannot go on: {text}"


def disk_full(folders: list[Path]) -> str:
    """Return a message about the disk with the least free space of some folders."""
    usages = [(shutil.disk_usage(folder).free, folder) for folder in folders if folder.exists()]
    free, folder = min(usages)
    full = describe(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), folder, _REMEDIES)
    return f"{full} About 2 GB are needed; {free // 2**20} MB are free now."


def not_writable(path: str) -> str:
    """Return a message about a file or folder that this user cannot write."""
    return describe(PermissionError(errno.EACCES, os.strerror(errno.EACCES)), path, _REMEDIES)


def _host(tool: Tool, output: str) -> str:
    for line in output.splitlines():
        if re.search(f"{_UNREACHABLE}|{_CERTIFICATE}|{_REFUSED}|{_DIFFERENT}", line) and (
            match := re.search(_HOST, line)
        ):
            return f"{match[1]}:{match[2]}" if match[1] else match[3]
    # pip names the index at its beginning, unless it is the usual one
    index = re.search(rf"^Looking in indexes: .*?(?:{_HOST})", output, re.MULTILINE)
    return (index[3] if index else None) or tool.host


def _proxies() -> str:
    found = [name for proxy in _PROXIES for name in (proxy, proxy.lower()) if os.environ.get(name)]
    return f"the proxy ({', '.join(found)} set)" if found else "the proxy (HTTPS_PROXY is not set)"
