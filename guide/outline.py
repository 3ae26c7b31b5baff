"""The table of contents of the guide for one edition: pure functions over ``ClauseQuerySet.outline()``."""

from django.utils.functional import cached_property

EDITIONS = ("2015", "2026")
DEFAULT_EDITION = "2015"
EDITION_LABELS = {"2015": "2016版", "2026": "2026版"}
"""The national standard of 2016 is the edition of 2015: readers in China know it as 2016版."""


def edition_of(request):
    """The edition asked for in the address; anything unknown is the default."""
    asked = request.GET.get("edition", "")
    return asked if asked in EDITIONS else DEFAULT_EDITION


def number_key(number):
    """'10.3.1' -> (10, 3, 1), to sort by; no number sorts last."""
    return tuple(int(part) for part in number.split(".")) if number else (99,)


def address(index_url, slug, number_2026, edition):
    """Where a clause stands in an edition; in 2026 under that edition's number: /guide/10-1/?edition=2026."""
    if edition == "2026":
        place = number_2026.replace(".", "-") if number_2026 else slug
        return f"{index_url}{place}/?edition=2026"
    return f"{index_url}{slug}/"


class Outline:
    """The clauses as a tree. Each node is a dict of its row with number, url and children.

    A clause without a number in the edition is left out (10.1 in 2026), as is one whose chapter is.
    """

    def __init__(self, rows, edition, index_url):
        self.edition = edition
        self.nodes = {}
        for row in rows:
            number = row[f"number_{edition}"]
            if number or edition == DEFAULT_EDITION:
                url = address(index_url, row["slug"], row["number_2026"], edition)
                self.nodes[row["pk"]] = row | {"number": number, "url": url, "children": []}
        self.chapters = []
        for node in sorted(self.nodes.values(), key=lambda node: (number_key(node["number"]), node["slug"])):
            parent = self.nodes.get(node["part_of"])
            (parent["children"] if parent else self.chapters).append(node)

    @property
    def clause_count(self):
        """Clauses one level below a chapter: 8.5 counts, 8.5.1 is part of it."""
        return sum(len(chapter["children"]) for chapter in self.chapters)

    def branch(self, pk):
        """The nodes from the chapter down to ``pk``; empty when it is not in this edition."""
        found, seen = [], set()
        while pk in self.nodes and pk not in seen:
            seen.add(pk)
            found.append(self.nodes[pk])
            pk = self.nodes[pk]["part_of"]
        return found[::-1]

    def walk(self, nodes=None):
        """Every node in reading order, chapters included."""
        for node in self.chapters if nodes is None else nodes:
            yield node
            yield from self.walk(node["children"])

    def neighbours(self, pk):
        """(previous, next) clause in reading order, chapters skipped unless one stands on a chapter."""
        order = [node for node in self.walk() if not node["is_chapter"] or node["pk"] == pk]
        keys = [node["pk"] for node in order]
        if pk not in keys:
            return None, None
        place = keys.index(pk)
        before = order[place - 1] if place else None
        after = order[place + 1] if place + 1 < len(order) else None
        return before, after


class Reading:
    """What stands around the clause ``pk`` in an edition. ``load()`` gives the Outline, asked only when something is used."""

    def __init__(self, load, pk):
        self._load = load
        self.pk = pk

    @cached_property
    def outline(self):
        return self._load()

    @cached_property
    def branch(self):
        return self.outline.branch(self.pk)

    @property
    def open_nodes(self):
        """Keys of the nodes whose children the tree shows."""
        return {node["pk"] for node in self.branch}

    @property
    def here(self):
        """The clause's own node, None when it is not in this edition."""
        return self.branch[-1] if self.branch else None

    @property
    def crumbs(self):
        """(words, address) of what is above it."""
        return [(f"{node['number']} {node['short_title']}", node["url"]) for node in self.branch[:-1]]

    @cached_property
    def neighbours(self):
        return self.outline.neighbours(self.pk)

    @property
    def before(self):
        return self.neighbours[0]

    @property
    def after(self):
        return self.neighbours[1]
