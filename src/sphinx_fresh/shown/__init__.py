"""What a cell hands over to a page, and what is made of charts, data frames and pictures for it."""
