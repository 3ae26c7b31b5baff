"""Workbooks of enterprises and of people on their way in: upload → match columns → dry run → confirm → done, or undone.

``columns`` knows the headings people write and reads a cell; ``rows`` goes through a file; ``firms`` and ``staff`` say what a
row means; ``checking``, ``writing`` and ``undo`` are the verbs; ``workbooks`` are the files that go out.
"""
