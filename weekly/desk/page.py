"""Render the page of the editor's desk, which its script fills."""

from __future__ import annotations

from weekly.preview.page import Topic, environment_of, frame
from weekly.render.environment import folders_of


def desk_page(week: str, topic: Topic) -> str:
    """Return the page, whose policy permits its own style and script and requests to its server."""
    environment = environment_of(folders_of(None), ())
    template = environment.get_template("desk/desk.html.j2")
    return template.render(week=week, topic=topic, version="", **frame(environment, "desk/style.css", "desk/desk.js"))
