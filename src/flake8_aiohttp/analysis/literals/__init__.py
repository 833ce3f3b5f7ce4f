"""What an argument is, read off the code: literals, and what flows from them to a call."""
