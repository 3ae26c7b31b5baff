"""Finding a part of a name among millions: the lookup ``part``.

Chinese words are mostly two characters long, and the trigram index of PostgreSQL sees none of them. There a name is broken into
pairs of neighbouring characters (SQL function ``name_grams``, installed with the indexes that use it); SQLite reads the rows.
"""

from django.db.models import CharField, Lookup

LEAST = 2
"""Characters a part must have for the index to help."""


@CharField.register_lookup
class Part(Lookup):
    """``name__part="示例"``: the text somewhere within, whatever the letter case. No wildcards."""

    lookup_name = "part"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        text = str(self.rhs).upper().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"UPPER({lhs}) LIKE %s ESCAPE '\\'", [*params, f"%{text}%"]

    def as_postgresql(self, compiler, connection):
        text = str(self.rhs).upper()
        lhs, own = self.process_lhs(compiler, connection)
        # Not LIKE: PostgreSQL takes every LIKE for rare and would read all the rows that hold 有限公司 to sort them.
        holds = f"strpos(UPPER({lhs}), %s) > 0"
        if len(text) < LEAST:
            return holds, [*own, text]
        pairs = sorted({text[place : place + 2] for place in range(len(text) - 1)})
        found = f"name_grams({lhs}) @> %s::text[]"
        if len(text) == LEAST:
            return found, [*own, pairs]
        return f"({found} AND {holds})", [*own, pairs, *own, text]
