"""What an editor shows and changes, before any protocol: positions, edits, actions, the text of a rule."""
