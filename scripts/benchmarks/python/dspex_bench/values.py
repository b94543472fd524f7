"""The three values that are measured. Swift makes the same ones in `Values.swift`; `is_same` proves it."""


def small():
    return {
        "question": "Who wrote the novel Dune, 1965",
        "context": [passage(1), passage(2)],
        "k": 3,
        "score": 0.5,
        "flag": True,
    }


def passage(n):
    return f"Passage {n}: Dune is a novel by Frank Herbert, first published in 1965 by Chilton Books, Philadelphia.".ljust(100, ".")[:100]


def rows():
    return [
        {
            "id": i,
            "text": f"Row {i}: the quick brown fox jumps over the lazy dog and runs on and on".ljust(80, ".")[:80],
            "score": i / 3000,
            "tags": [f"tag{i % 7}", f"kind{i % 3}", "all"],
            "label": None,
            "emb": [(i * 8 + j) / 24000 for j in range(8)],
        }
        for i in range(3000)
    ]


def floats():
    return [i / 100000 for i in range(100000)]


MAKERS = {"small": small, "rows": rows, "floats": floats}


def is_same(name, value):
    """Whether the value that Swift made is the one made here."""
    return value == MAKERS[name]()
