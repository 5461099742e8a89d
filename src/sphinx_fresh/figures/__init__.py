"""Charts drawn without another host, the toolbar under them, and what can be downloaded there."""
