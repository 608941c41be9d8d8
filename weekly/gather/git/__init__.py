"""Local clones, read with git itself: no network, nothing written."""
