"""Takes DSPy's custom-type markers out of untrusted text."""

_START = "<<CUSTOM-TYPE-START-IDENTIFIER>>"
_END = "<<CUSTOM-TYPE-END-IDENTIFIER>>"


def strip(text: str) -> str:
    """Return `text` without the markers, however they are nested.

    DSPy expands what stands between them in a user's message into a part of the request, so that an input could make
    the model's provider fetch an address of its choosing. Taking a marker out can put another together from what stood
    around it, hence the loop.
    """
    while _START in text or _END in text:
        text = text.replace(_START, "").replace(_END, "")
    return text
