"""Stands before the real package on sys.path, as an older wheel in the environment would."""

__version__ = "0.0.1"
