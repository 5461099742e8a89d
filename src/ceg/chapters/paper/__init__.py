"""Code of the chapters that rebuild the paper's sections."""
