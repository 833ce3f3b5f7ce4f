"""How long the plugin takes, told as ratios that hold on any machine: `python -m tests.bench FOLDER`."""
