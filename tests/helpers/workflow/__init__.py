"""Runs the workflows of this repository on this machine: their conditions, expressions and shell scripts.

GitHub itself is replaced (`github.GitHub`): artifacts are folders, a dispatched workflow is a recorded call, and roles
of AWS are credentials of the local AWS.
"""
