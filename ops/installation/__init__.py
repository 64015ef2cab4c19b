"""Installs what a fresh machine lacks; whatever was interrupted or failed, the same command goes on from there.

Runs before anything is installed, so it uses the standard library only. ``ops/bootstrap.sh`` finds a Python for it.
"""
