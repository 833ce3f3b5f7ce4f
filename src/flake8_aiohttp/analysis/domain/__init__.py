"""What a program may be in: abstract values, states and path conditions. No tree is walked, no file is known."""
