"""The house rules that scripts/lint checks."""
