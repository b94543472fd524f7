"""Classes that a Swift type stands for."""


class Money:
    def __init__(self, cents, currency):
        self.cents = cents
        self.currency = currency


class Nothing:
    pass


def price():
    return Money(250, "CHF")


def add(left, right):
    assert type(left) is Money and type(right) is Money and left.currency == right.currency
    return Money(left.cents + right.cents, left.currency)


def basket(count):
    return {"items": [Money(number, "CHF") for number in range(count)], "nothing": Nothing()}


class CashError(ConnectionRefusedError, LookupError):
    pass


class Liar(KeyError):
    __module__ = 7
    __qualname__ = "Li\ud800ar"

    def mro(cls):
        raise RuntimeError


class Twisted(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)


class Knot(ValueError, metaclass=Twisted):
    pass


def fail(kind):
    if kind == "deep":
        cls = ArithmeticError
        for number in range(500):
            cls = type(f"Level{number}", (cls,), {})
        raise cls("deep")
    raise {"os": FileNotFoundError, "cash": CashError, "liar": Liar, "knot": Knot, "exit": SystemExit}[kind]("oh")
