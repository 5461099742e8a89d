"""What ties the package to the book's build: checks, page inputs, release, README picture."""
