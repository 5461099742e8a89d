"""The chapter that tests the typical gains on scores held out."""
