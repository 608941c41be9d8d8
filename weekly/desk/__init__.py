"""Edit a post on its page."""
