// Manages what?
