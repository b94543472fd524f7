"""The markers are DSPy's: when it renames them, this says so."""

from dspy.adapters.types import base_type

from dspex_worker import markers


def test_the_markers_are_those_that_dspy_expands():
    assert markers.strip(base_type.CUSTOM_TYPE_START_IDENTIFIER + "x" + base_type.CUSTOM_TYPE_END_IDENTIFIER) == "x"


def test_other_text_is_left_alone():
    text = "<<CUSTOM-TYPE>> [[ ## answer ## ]] «x»"
    assert markers.strip(text) is text
