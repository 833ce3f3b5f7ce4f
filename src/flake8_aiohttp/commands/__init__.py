"""What the command does: look at files, report, fix, silence."""
