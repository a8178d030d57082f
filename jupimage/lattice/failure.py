"""An error on its way home from the worker where it was raised.

dask brings errors home too, but not those of a class with two builtin parents, which all of
this package are: they would arrive as a mere `Exception`.
"""

from __future__ import annotations

import pickle
import traceback
from dataclasses import dataclass

from jupimage.errors import ImageError

__all__ = ["Failure"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error that travels as if it were a result; made by `of`.

    Parameters
    ----------
    pickled
        The error itself.
    story
        Where it was raised.

    Examples
    --------
    >>> failure = Failure.of(KeyError("x"), "at home")
    >>> failure.error()
    KeyError('x')
    """

    pickled: bytes
    story: str

    @classmethod
    def of(cls, error: BaseException, place: str) -> Failure:
        """Pack an error; one that cannot be pickled becomes an `ImageError` that describes it."""
        story = f"raised {place}:\n" + "".join(traceback.format_exception(error)).rstrip()
        try:
            import cloudpickle  # type: ignore[import-untyped]

            pickled: bytes = cloudpickle.dumps(error)
            pickle.loads(pickled)
        except Exception:  # pickling calls what others wrote
            pickled = pickle.dumps(ImageError(f"{type(error).__name__}: {error}"))
        return cls(pickled, story)

    def error(self) -> BaseException:
        """Return the error, with its story as a note."""
        error: BaseException = pickle.loads(self.pickled)
        error.add_note(self.story)
        return error
