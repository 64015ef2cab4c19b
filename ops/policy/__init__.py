"""Rules that every synthesized environment has to keep: our own and Checkov's, and the one table of exceptions."""
