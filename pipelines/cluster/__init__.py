"""Cleaning on a Dask cluster: many machines, or the cores of one, with the results of the local pool."""
