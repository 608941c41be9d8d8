"""The documentation: pages in Markdown, and the scripts that build them into a site."""
