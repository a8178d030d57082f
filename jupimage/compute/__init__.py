"""Computations on lattices: numbers out of pixels, pixels on other grids."""

__all__: list[str] = []
