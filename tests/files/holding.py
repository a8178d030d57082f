"""A process that holds a lock on a byte of a file."""

__all__ = ["HOLD"]

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
kind = fcntl.LOCK_EX if sys.argv[2] == "write" else fcntl.LOCK_SH
fcntl.lockf(file, kind | fcntl.LOCK_NB, 1, int(sys.argv[3]))
print("held", flush=True)
sys.stdin.read(1)
"""
"""Program: takes a path, "read" or "write", and the byte; holds it until its input ends."""
