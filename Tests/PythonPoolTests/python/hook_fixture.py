"""Hooks around requests, as the tests of them want them."""

import contextvars
import threading

import _dspex

seen = []
user = contextvars.ContextVar("user", default=None)


class ShopClosed(OSError):
    pass


def before(request):
    request.thread = threading.get_ident()
    seen.append(["before", request.id == _dspex.call_id(), request.target, request.error])
    user.set(f"of {request.target}")


def after(request):
    seen.append(["after", getattr(request, "thread", None) == threading.get_ident(), request.target, request.error])


def started():
    seen.append("started")


def stopped():
    _dspex.upcall("stopped", seen)


def current_user():
    return user.get()


def take():
    """What the hooks have seen until now."""
    taken = seen[:]
    seen.clear()
    return taken


def refuse(request):
    if request.target == "hook_fixture.refused":
        raise ShopClosed("come back later")


def refuse_after(request):
    if request.target in ("hook_fixture.spoilt", "hook_fixture.fail"):
        raise ShopClosed("not paid")


def refused():
    seen.append("ran")


def spoilt():
    seen.append("ran")
    return "well"


def fail():
    raise ValueError("too bad")


def unsendable():
    return object()


def announce(name):
    _dspex.upcall(name, None)
    while True:
        pass


def numbers(limit):
    yield from range(limit)


async def later():
    return user.get()


number = 7
