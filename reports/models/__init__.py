from .figures import HandFigure
from .returns import CITY, Amendment, Freeze, Return, ReturnChange, ReturnReader, Workbook
from .targets import OF_THE_LEDGER, UNITS, Comparator, Metric, Target

__all__ = [
    "CITY",
    "OF_THE_LEDGER",
    "UNITS",
    "Amendment",
    "Comparator",
    "Freeze",
    "HandFigure",
    "Metric",
    "Return",
    "ReturnChange",
    "ReturnReader",
    "Target",
    "Workbook",
]
