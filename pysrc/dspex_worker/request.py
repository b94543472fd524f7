"""The call that runs now: who serves a request for a long time asks here how long it may take."""


def id() -> int | None:
    """The number of the call that this thread works for, which the host's log lines carry; None outside of a call."""
    import _dspex

    return _dspex.call_id() or None


def deadline() -> float | None:
    """The seconds that are left until the host gives the call up, 0.0 when none are; None when it has all the time."""
    import _dspex

    return _dspex.call_deadline()
