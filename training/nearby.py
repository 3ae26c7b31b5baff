"""Which districts lie beside which: what 我附近 means to who looks for a class."""

_SIDE_BY_SIDE = """
120101 120102 120103 120104 120105
120102 120103 120105 120110
120103 120104 120111 120112
120104 120105 120106 120111
120105 120106 120110 120113
120106 120111 120113
120110 120112 120113 120116 120117
120111 120112 120113 120114 120116 120118
120112 120116
120113 120114 120117
120114 120115 120117
120115 120117 120119
120116 120117 120118
"""
"""Each line: a district (GB/T 2260 code) and those of its neighbours that have no line before it. From the map of Tianjin."""


def _read(text):
    beside = {}
    for line in text.strip().splitlines():
        one, *others = line.split()
        for other in others:
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    return beside


BESIDE = _read(_SIDE_BY_SIDE)


def around(district):
    """The keys of a district and of those it shares a border with."""
    return {district} | BESIDE.get(district, set())
