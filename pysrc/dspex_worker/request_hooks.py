"""Functions of the user that run before and after each request."""

import logging


class Request:
    """The request that a hook is called for. All hooks of a request get the same object, and may keep things in it.

    `id` is the number that the host's log lines carry, `target` the function that is called. `error` is None until the
    request has failed, and then says how: "ValueError: too bad".
    """

    def __init__(self, id: int, target: str) -> None:
        self.id = id
        self.target = target
        self.error: str | None = None

    def __repr__(self) -> str:
        return f"<request {self.id} of {self.target}>"


def tell(hook: str, traceback: str) -> None:
    """Log a hook's failure whose request has failed before it: the caller gets that."""
    logging.getLogger(__name__).error("the hook %s failed after a request that had failed\n%s", hook, traceback)
