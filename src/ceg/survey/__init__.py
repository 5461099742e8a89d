"""What can be said of all enhancements together, with every denominator named."""
