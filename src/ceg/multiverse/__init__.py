"""Every defensible analysis: what each choice moves, and which conclusions survive."""
