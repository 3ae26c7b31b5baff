"""HTML from elsewhere as plain text: paragraphs become lines, pictures are named, scripts and styles vanish."""

import re
from html.parser import HTMLParser

_LINES = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"}
_SILENT = {"script", "style", "head", "title", "template", "noscript", "iframe", "object"}
_ALONE = {"br", "img", "hr", "input", "meta", "link"}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces = []
        self.images = []
        self.silent = 0
        self.losses = set()

    def handle_starttag(self, tag, attributes):
        if tag in _SILENT:
            self.silent += 1
        elif tag in _LINES:
            self.pieces.append("\n")
        elif tag == "td":
            self.pieces.append(" ")
        elif tag == "img" and not self.silent:
            found = dict(attributes)
            self.images.append((found.get("src") or "", (found.get("alt") or "").strip()))
        elif tag in ("audio", "video", "source", "embed"):
            self.losses.add("media")

    def handle_endtag(self, tag):
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _LINES and tag not in _ALONE:
            self.pieces.append("\n")

    def handle_data(self, text):
        if not self.silent:
            # A newline in HTML is a blank; only tags begin lines.
            self.pieces.append(re.sub(r"\s+", " ", text))


def to_text(html):
    """(text, [(address, alternative text) of each picture], whether sound or film was left out)."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.pieces).replace("\xa0", " ")
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    return re.sub(r"\n{2,}", "\n", text).strip(), reader.images, bool(reader.losses)
