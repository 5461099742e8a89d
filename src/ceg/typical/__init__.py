"""The typical gain: all comparisons of every enhancement in one hierarchical censored model."""
