"""Python: statements, expressions, calls, summaries."""
