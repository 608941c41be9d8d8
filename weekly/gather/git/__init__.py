"""Read local clones with git, without network and without writing anything."""
