"""Astronomical images, live in the notebook."""
