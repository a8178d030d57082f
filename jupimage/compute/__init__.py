"""Computations on lattices: numbers out of pixels, pixels on other grids.

Three families share the walk over the blocks (`walk`, `batches`): statistics (`statistics`,
`quantiles`, `histogram`, `moments`, `reductions`, `regiontable`), regridding (`regridplan` and what
it names) and what changes values in place of positions (`brightness`, `convolution`). The facade
imports the module that it needs, so that `import jupimage` stays light.
"""

__all__: list[str] = []
