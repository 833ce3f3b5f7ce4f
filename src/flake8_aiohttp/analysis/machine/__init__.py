"""How a program is run: control flow, and what an evaluator may ask of the run."""
