__all__ = ["value"]
value = 1
