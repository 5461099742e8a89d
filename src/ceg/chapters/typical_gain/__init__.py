"""The chapter on typical gains."""
