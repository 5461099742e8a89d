"""What is known: the Data Package in ``data/``, its checks, the assumptions, and what is wrong with them."""
