"""Stretches of time, or of a film: (start, end) pairs of anything that can be compared and subtracted. Pure."""

from datetime import timedelta


def union(stretches):
    """The same moments as disjoint stretches in order; empty ones fall away."""
    answer = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if answer and start <= answer[-1][1]:
            answer[-1] = (answer[-1][0], max(answer[-1][1], end))
        else:
            answer.append((start, end))
    return answer


def without(stretches, covered):
    """What of ``stretches`` no stretch of ``covered`` holds; both disjoint and in order."""
    answer = []
    for start, end in stretches:
        for first, last in covered:
            if last <= start or first >= end:
                continue
            if first > start:
                answer.append((start, first))
            start = max(start, last)
            if start >= end:
                break
        if start < end:
            answer.append((start, end))
    return answer


def intersection(stretches, window):
    """What of ``stretches`` lies inside one window."""
    first, last = window
    return union((max(start, first), min(end, last)) for start, end in stretches)


def overlap(one, other):
    """Whether two stretches share more than a moment."""
    return max(one[0], other[0]) < min(one[1], other[1])


def total(stretches):
    """How long disjoint stretches of time are together."""
    return sum((end - start for start, end in stretches), timedelta(0))
