"""What can be imported. A kind is a module with ``LABEL``, ``FIELDS``, ``compare(rows, scope, seen)`` and ``write(rows, scope, log)``.

``compare`` sets ``outcome`` and ``todo`` of rows that are good so far, or refuses them; ``write`` carries the todos out and
returns nothing: what it does it tells the ``log`` (``writing.Log``), so that it can be undone.
"""

from . import assistance, firms, staff

KINDS = {"enterprises": firms, "staff": staff, "assistance": assistance}
