# Says what it holds.
