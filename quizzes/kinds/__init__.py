"""One set of rules per kind of question: how the bank keeps it, how a paper shows it, what an answer may be, what it earns.

Pure: no database, no clock; chance comes in as a random.Random. A new kind is one more row in KINDS and a template of its
controls.

| kind | options in the bank | answer in the bank | response |
|---|---|---|---|
| single, multiple | [text, …] | [numbers from 0] | [places on the paper] |
| true_false | [] | true or false | [0] right, [1] wrong |
| fill | [] | [[accepted, …], …], one list per blank | [text, …], one per blank |
| numeric | [] | {value, tolerance, unit}, decimals as text | [text of a decimal] |
| matching | {left: [text, …], right: [text, …]} | [number of the right for each left] | [place of the right or null, …] |
| ordering | [text, …] | [numbers in the right order] | [rank from 1 or null for each place, …] |
| short | [] | {model, rubric: [{text, share}, …]} | [text] |
| case | [name of each part, …] | the same, one row per part | [text, …], one per part |

A response that says nothing is [] in every kind: an answer taken back.
"""

from . import arranged, choices, typed, written

KINDS = {
    "single": choices.SINGLE,
    "multiple": choices.MULTIPLE,
    "true_false": choices.TRUE_FALSE,
    "fill": typed.FILL,
    "numeric": typed.NUMERIC,
    "matching": arranged.MATCHING,
    "ordering": arranged.ORDERING,
    "short": written.SHORT,
    "case": written.CASE,
}
