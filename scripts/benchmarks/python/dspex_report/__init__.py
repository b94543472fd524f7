"""Draws what `scripts/bench` has measured: charts, tables and one page (`python -m dspex_report FOLDER FILE.json …`)."""
