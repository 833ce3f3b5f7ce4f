"""What was seen: the entries that rules judge, and where the steps of a story stand."""
