"""More random cases than the corpus has, from any seed, as lines of JSON for `reference.py`:

python hypothesis_cases.py --count 5000 --seed 7 > CASES
"""

import argparse
import json
from random import Random

import random_cases
from corpus import named


def main() -> None:
    """Prints the cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="how many cases (some fewer, where two are equal)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same cases")
    arguments = parser.parse_args()
    for case in named(random_cases.cases(Random(arguments.seed), arguments.count), prefix=f"seed-{arguments.seed}/"):
        print(json.dumps(case))


if __name__ == "__main__":
    main()
