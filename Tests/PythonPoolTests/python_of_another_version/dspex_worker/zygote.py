from dspex_worker import __version__


def prepare(preload):
    return {"dspex_worker": __version__}
