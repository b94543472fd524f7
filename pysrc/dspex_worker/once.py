"""What is to be done once in a process, whoever asks first."""

import functools
import threading
from collections.abc import Callable


def once(function: Callable[[], None]) -> Callable[[], None]:
    """The function, whose further calls do nothing. A call that comes while the first one runs waits for its end."""
    lock = threading.Lock()
    begun = False

    @functools.wraps(function)
    def run() -> None:
        nonlocal begun
        with lock:
            if not begun:
                begun = True
                function()

    return run
