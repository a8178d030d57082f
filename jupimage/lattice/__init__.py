"""Pixels: a box goes in, a block comes out.

This room knows nothing of coordinates, files or pictures; all the others read through it.
"""

from jupimage.lattice.block import Block
from jupimage.lattice.box import Box
from jupimage.lattice.concat import ConcatView
from jupimage.lattice.lattice import FillingLattice, Lattice, WritableLattice
from jupimage.lattice.lent import LentLattice
from jupimage.lattice.masked import MaskedView
from jupimage.lattice.memory import MemoryLattice
from jupimage.lattice.scan import blocks, map_blocks, reduce_blocks, visit_blocks
from jupimage.lattice.section import SectionView
from jupimage.lattice.zeros import ZeroLattice

__all__ = [
    "Block",
    "Box",
    "ConcatView",
    "FillingLattice",
    "Lattice",
    "LentLattice",
    "MaskedView",
    "MemoryLattice",
    "SectionView",
    "WritableLattice",
    "ZeroLattice",
    "blocks",
    "map_blocks",
    "reduce_blocks",
    "visit_blocks",
]
