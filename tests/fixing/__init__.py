"""The fixes: each rewrite by hand-made findings, then all of them on the fixtures."""
