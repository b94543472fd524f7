"""A module whose name is like that of our own package, which is not what it misses."""

import no_such_package  # noqa: F401
