"""Objects whose mime bundle holds a figure or a table of the site."""

from .rows import read

INK, MUTED, RULE, TOOL = "#1b1f24", "#59636e", "#d1d9e0", "#0072B2"
CONFIG = {
    "axis": {
        "labelColor": MUTED,
        "titleColor": INK,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
    },
    "view": {"stroke": None},
}


class Figure:
    def __init__(self, **content):
        self.content = content

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.site.figure+json": self.content, "text/plain": "a figure"}


class Table:
    def __init__(self, **content):
        self.content = content

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"application/vnd.site.table+json": self.content, "text/plain": "a table"}


class Output:
    """Any other output of the site."""

    def __init__(self, mime, shown, /, **content):
        self.bundle = {f"application/vnd.site.{mime}+json": content, "text/plain": shown}

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.bundle


def points(names, scale=lambda value: value):
    rows = read()
    return [{"name": name, "x": rows[name]["x"], "y": scale(rows[name]["y"])} for name in names]


def figure(name, names, caption, description, scale=lambda value: value, **more):
    data = points(names, scale)
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": "container",
        "height": 260,
        "data": {"values": data},
        "layer": [
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": TOOL},
                "encoding": {
                    "tooltip": [{"field": "name", "title": "animal"}, {"field": "x"}, {"field": "y"}]
                },
            },
            {
                "mark": {"type": "text", "dx": 10, "align": "left", "color": INK},
                "encoding": {"text": {"field": "name"}},
            },
        ],
        "encoding": {
            "x": {"field": "x", "type": "quantitative", "scale": {"domain": [0, 5]}},
            "y": {"field": "y", "type": "quantitative"},
        },
        "config": CONFIG,
    }
    rows = [[row["name"], row["x"], row["y"]] for row in data]
    content = {"name": name, "caption": caption, "description": description, "spec": spec, "svg": None}
    return Figure(
        **content
        | {"columns": ["name", "x", "y"], "rows": rows, "note": "", "numbered": True, "copy_of": None}
        | more
    )
