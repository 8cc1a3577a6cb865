"""Custom NLU components. One per file; config.yml says why each is there."""
