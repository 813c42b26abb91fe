// Common to whom?
