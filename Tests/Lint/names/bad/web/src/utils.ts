// Useful for what?
