"""A Discourse forum, as its API shows it."""
