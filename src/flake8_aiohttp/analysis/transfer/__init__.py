"""What operations do to values and states."""
