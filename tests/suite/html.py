"""What is wrong with a page of HTML: what the standard's parser complains of, and the faults it does not look for."""

import html5lib

SPOKEN = ("aria-labelledby", "aria-describedby", "aria-controls", "for", "popovertarget")
"""Attributes that name other elements by their id."""
NOT_TYPED = {"radio", "checkbox", "file", "submit", "button"}


def faults(text):
    """Sentences, empty for a sound page: parse errors, ids twice, references to nothing, attributes HTML does not know.

    Not a full validator; docs/testing.md says how to run one.
    """
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    document = parser.parse(text)
    found = [f"line {place[0]}: {code} {details}" for place, code, details in parser.errors]
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    ids = [element.get("id") for element in elements if element.get("id") is not None]
    found += [f"id {name!r} stands twice" for name in {name for name in ids if ids.count(name) > 1}]
    for element in elements:
        found += _of(element, set(ids))
    if sum(element.tag == "h1" for element in elements) != 1:
        found.append("a page has one h1")
    return found


def _of(element, ids):
    for name, value in element.attrib.items():
        if name in SPOKEN:
            yield from (
                f"{element.tag} {name} names {one!r}, which is not there" for one in value.split() if one not in ids
            )
        if name.startswith("hx-"):
            yield f"{element.tag} {name}: write data-{name}"
        if name == "id" and (not value or " " in value):
            yield f"{element.tag}: id {value!r}"
    if element.tag == "img" and "alt" not in element.attrib:
        yield f"img {element.get('src')} without alt"
    if element.tag == "input" and "autocomplete" in element.attrib and element.get("type") in NOT_TYPED:
        yield f"input type={element.get('type')} does not know autocomplete"
