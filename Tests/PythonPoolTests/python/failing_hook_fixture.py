"""A module whose hook fails in every worker."""

from dspex_worker import lifecycle


@lifecycle.at_worker
def fail():
    raise RuntimeError("this hook always fails")
