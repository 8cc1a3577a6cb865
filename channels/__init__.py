"""Input channels. All pass the guard; each renders a reply in its own way."""
