"""What the file says, from its tree, once: types, entry points, origins by use, which functions can matter."""
