"""When a page is run again: what it depends on, what a run read, the kernels, the cache, the download."""
