"""What other libraries' functions do with their arguments, as data; no `ast` here."""
