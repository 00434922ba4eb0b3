"""Door 1: a message, a button or a command arrived."""
