// Says what it holds.
