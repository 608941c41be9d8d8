"""Where posts go: each module implements conduct.Target for one kind of place."""
