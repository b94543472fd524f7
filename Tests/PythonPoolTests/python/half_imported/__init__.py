"""A package that an import which breaks off leaves unusable, as it does asyncio: the submodule stays, its name in here does not."""

import slot_fixture

from .part import *

slot_fixture.begun.release()
while not slot_fixture.may_end:
    pass

names = part.__all__


def answer():
    return names
