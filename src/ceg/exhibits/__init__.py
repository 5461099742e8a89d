"""Charts and tables that several chapters show."""
