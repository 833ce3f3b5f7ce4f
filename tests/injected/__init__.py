"""Mistakes that are put into right code, one at a time: which are found, and what the safe fix makes of them."""
