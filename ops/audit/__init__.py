"""Pinned dependencies against the advisories of their registries: what is known, reviewed, or could not be asked."""
