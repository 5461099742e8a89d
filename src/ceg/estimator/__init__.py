"""The estimator: scores and training compute in, a compute-equivalent gain out. Knows no files."""
