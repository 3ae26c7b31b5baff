"""Reading content kept as Markdown files with a YAML head, and turning Markdown into what the editor's fields hold."""

import hashlib
import json
import re
from dataclasses import dataclass, field

import yaml
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from .exceptions import DomainError

_HEAD = re.compile(r"\A---\n(.*?\n)---\n?(.*)\Z", re.DOTALL)
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Source:
    """A content file: its YAML head, its Markdown body, and where it came from (for messages)."""

    name: str
    meta: dict = field(default_factory=dict)
    body: str = ""

    def fingerprint(self, *more):
        """A hash of everything that makes the page; ``more`` is what comes from elsewhere (relations, other files)."""
        whole = json.dumps([self.meta, self.body, more], ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(whole.encode()).hexdigest()


def read(path):
    """The content file at ``path``.

    Raises DomainError ``content.head`` when the head is missing or is not YAML.
    """
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    match = _HEAD.match(text)
    try:
        meta = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError as error:
        raise DomainError(
            "content.head",
            _("{name} 的抬头读不懂：{error}").format(name=path.name, error=str(error).replace("\n", " ")),
        ) from error
    if not isinstance(meta, dict):
        raise DomainError(
            "content.head", _("{name} 开头要有两行 --- 夹着的抬头，请照旁边的文件补上。").format(name=path.name)
        )
    return Source(path.name, meta, match.group(2).strip())


def sections(body, level=2):
    """The body cut at its headings of ``level``: a dict heading -> Markdown under it; '' is what stands before."""
    mark = re.compile(rf"^{'#' * level} +(.+?)\s*$", re.MULTILINE)
    pieces = mark.split(body)
    found = {"": pieces[0].strip()} if pieces[0].strip() else {}
    found.update(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
    return found


def paragraphs(body):
    """Markdown blocks (paragraphs, lists, quotes, tables) as pieces of source text."""
    lines = body.split("\n")
    return [
        "\n".join(lines[token.map[0] : token.map[1]]).strip()
        for token in _parser.parse(body)
        if token.level == 0 and token.map and token.nesting in (0, 1)
    ]


def plain(text):
    """One paragraph without its marks."""
    return "".join(
        child.content if child.type in ("text", "code_inline") else "\n" if child.type.endswith("break") else ""
        for token in _parser.parse(text)
        if token.type == "inline"
        for child in token.children
    )


def list_items(body):
    """The source text of each item of the first list in ``body``."""
    lines, items, depth = body.split("\n"), [], None
    for token in _parser.parse(body):
        if token.type == "list_item_open" and depth in (None, token.level):
            depth = token.level
            text = "\n".join(lines[token.map[0] : token.map[1]])
            items.append(re.sub(r"^\s*(?:[-*+]|\d+[.)])\s+", "", text).strip())
        elif depth is not None and token.level < depth - 1:
            break
    return items


def bold_lead(item):
    """('mistake', 'what follows') of an item that begins with **bold words**; ('', item) otherwise."""
    match = re.match(r"\*\*(.+?)\*\*[：:]?\s*(.*)\Z", item, re.DOTALL)
    return (plain(match.group(1)), match.group(2).strip()) if match else ("", item)


def rich_text(body, headings=False):
    """Markdown as the HTML the rich-text editor stores: p, b, ul, ol, a and h3; everything else as its plain words.

    With ``headings`` the levels h2 and h3 are kept apart. A link to an address of this site stays as written; a raw tag
    is shown as text.
    """
    html = _parser.render(body)
    html = re.sub(r"<(/?)strong>", r"<\1b>", html)
    html = re.sub(r"<(/?)em>", "", html)
    html = re.sub(r"<(/?)h[3-6]>" if headings else r"<(/?)h[1-6]>", r"<\1h3>", html)
    html = re.sub(r"<(/?)h1>", r"<\1h2>", html)
    html = re.sub(r"</?(?:code|blockquote|hr ?/?)>", "", html)
    # A list whose items are divided by blank lines has paragraphs in it, which the editor would take apart.
    html = re.sub(r"<li>\s*<p>(.*?)</p>\s*(</li>|<[uo]l>)", r"<li>\1\2", html, flags=re.DOTALL)
    return re.sub(r">\s*\n\s*<", "><", html.strip())


def html(body):
    """Markdown as plain HTML, for paper: what ``rich_text`` would take apart (headings, quotations) stays."""
    return _parser.render(body)


def table_text(body):
    """A Markdown table as the text of a TableBlock: a line for a row, cells divided by |."""
    rows = []
    for token in _parser.parse(body):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append("".join(c.content for c in token.children if c.type in ("text", "code_inline")))
    return "\n".join(" | ".join(cell.replace("|", "／") for cell in row) for row in rows)


def stream(body):
    """Markdown as the value of a ProseStream: runs of prose, tables, quotations (last line ``—— source``), figures."""
    blocks, prose = [], []

    def flush():
        if prose:
            blocks.append(("prose", rich_text("\n\n".join(prose))))
            prose.clear()

    for piece in paragraphs(body):
        if "|" in piece and re.search(r"^\s*\|?[\s:|-]*-{3}[\s:|-]*$", piece, re.MULTILINE):
            flush()
            blocks.append(("table", {"caption": "", "text": table_text(piece)}))
        elif piece.startswith(">"):
            flush()
            quoted = plain(re.sub(r"^> ?", "", piece, flags=re.MULTILINE))
            text, _dash, source = quoted.rpartition("——")
            blocks.append(("quotation", {"text": (text or quoted).strip(), "source": source.strip() if text else ""}))
        elif drawn := figure(piece):
            flush()
            blocks.append(("figure", drawn))
        else:
            prose.append(piece)
    flush()
    return blocks


def figure(piece):
    """``![what is seen](fig-name "caption")`` standing alone as the value of a FigureBlock; None for anything else."""
    match = re.fullmatch(r'!\[(.*?)\]\((fig-[a-z0-9-]+)(?:\.svg)?(?:\s+"(.*?)")?\)', piece.strip())
    if not match:
        return None
    return {"image": None, "drawing": match.group(2), "alt": match.group(1), "caption": match.group(3) or ""}
