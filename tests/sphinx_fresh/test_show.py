"""What a chapter shows, as notebooks keep it."""

from sphinx_fresh import show


def test_panels_of_a_notebook_keep_their_data_sets():
    panels = [
        {"config": {}, "datasets": {"parts": [{"x": x}]}, "layer": [{"data": {"name": "parts"}}]}
        for x in (1, 2)
    ]
    whole = show.for_notebooks(panels)
    found = [whole["datasets"][panel["layer"][0]["data"]["name"]] for panel in whole["concat"]]
    assert found == [[{"x": 1}], [{"x": 2}]]
    assert "datasets" not in show.for_notebooks([{"config": {}, "layer": [{"data": {"values": []}}]}])
