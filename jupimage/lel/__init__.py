"""The lattice expression language: texts that are images.

``image("2 * 'a.im' + 'b.im'[mask0]")`` is an image whose pixels are computed when they are read.
A text is cut into words (`lexer`), these become a flat program (`parser`), whose types, shapes,
masks and coordinates are checked before a pixel is read (`checking`); what it stands for is a
lattice like all others (`evaluation`), or a number.
"""

from jupimage.lel.building import combine
from jupimage.lel.errors import LelNameError, LelSyntaxError, LelTypeError
from jupimage.lel.expression import Expression, compile_expression
from jupimage.lel.functions import Function
from jupimage.lel.listing import functions
from jupimage.lel.opening import open_text

__all__ = [
    "Expression",
    "Function",
    "LelNameError",
    "LelSyntaxError",
    "LelTypeError",
    "combine",
    "compile_expression",
    "functions",
    "open_text",
]
