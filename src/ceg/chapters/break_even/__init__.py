"""Code of the chapter What it costs: gains against one-time and running costs."""
