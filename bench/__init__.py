"""Measurements, run by `make bench`: each compares our code with a plain way in the same run, so that the
ratio says the same on a slow PC and on a fast one. No test is timed; these are."""
