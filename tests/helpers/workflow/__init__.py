"""Evaluates and runs parts of the workflows of this repository on this machine, with GitHub replaced."""
