"""Door 2: time passed."""
