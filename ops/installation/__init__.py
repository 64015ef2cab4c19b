"""Installs the packages that a machine lacks; after an error or interruption the same command continues.

Runs before anything is installed, so it uses the standard library only. ``ops/bootstrap.sh`` finds a Python for it.
"""
