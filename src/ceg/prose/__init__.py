"""What is said of an estimate, in words."""
