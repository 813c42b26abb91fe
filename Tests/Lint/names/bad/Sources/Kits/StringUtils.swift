// Holds what?
