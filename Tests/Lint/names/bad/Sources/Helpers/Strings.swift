// Helps whom?
