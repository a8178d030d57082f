"""BUNIT as casacore writes units: the way of all old headers."""

from jupimage.formats.units import translate_unit

__all__ = ["translate_unit"]
