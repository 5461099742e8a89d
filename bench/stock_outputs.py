"""What stands for ``sphinx_fresh.outputs.outputs`` in a stock book, where its entry point does nothing."""


class SiteOutputs:
    """Handles no output."""

    mime_priority_overrides = ()

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Leaves every output to the standard renderer."""
        return None
