"""A replica of the forum's Markdown, by markdown-it-py and by markdown-it itself, and a reader of what it makes."""
