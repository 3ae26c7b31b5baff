"""What an uploaded PDF is, by its bytes; and its pages as pictures.

PDFium is not made for two threads at once, and a web process has several: whoever uses it here holds the lock.
"""

import contextlib
import io
import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _

LARGEST = 50 * 1024 * 1024
MOST_PAGES = 200
WIDTH, HEIGHT = 1280, 1810
"""Pixels within which a page is drawn: what a phone can show sharply, an upright sheet of paper included."""
MOST_WORDS = 600
"""Characters of a page's words that are kept: a screen reader reads them in one go."""
QUALITY = 82

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Drawn:
    """A page: a JPEG, its size in pixels, the words on it."""

    content: bytes
    width: int
    height: int
    words: str


def read_deck(file):
    """How many pages a PDF has. Raises ValueError with a sentence for what cannot be shown page by page."""
    if file.size > LARGEST:
        raise ValueError(_("课件超过 50 MB。请在导出时选“最小文件大小”，或把图片压缩一下再上传。"))
    file.seek(0)
    content = file.read()
    file.seek(0)
    if not content.startswith(b"%PDF-"):
        raise ValueError(_("这不是 PDF 文件。PPT、Word 请用“另存为”或“导出”存成 PDF 再上传。"))
    with _opened(content) as document:
        count = len(document)
        if not count:
            raise ValueError(_("这个 PDF 里一页也没有。请重新导出再上传。"))
        if count > MOST_PAGES:
            raise ValueError(
                _("这个 PDF 有 %(n)s 页，最多 %(most)s 页。请按章节拆开，分别上传。") % {"n": count, "most": MOST_PAGES}
            )
        for number in (0, count - 1):
            _size(document, number)
    return count


def draw_pages(content):
    """Each page of a PDF (bytes) as a Drawn, one after the other. Raises ValueError where one cannot be drawn."""
    with _opened(content) as document:
        count = len(document)
    for number in range(count):
        # Opened anew for each: between two pages others may have their turn.
        with _opened(content) as document:
            drawn = _draw(document, number)
        yield drawn


@contextlib.contextmanager
def _opened(content):
    import pypdfium2  # 8 MB that only uploads and workers need

    with _one_at_a_time:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as fault:
            if "password" in str(fault).lower():
                raise ValueError(_("这个 PDF 加了密码。请打开后去掉密码，另存一份再上传。")) from fault
            raise ValueError(_("这个 PDF 打不开，像是没有传完或者坏了。请重新导出再上传。")) from fault
        try:
            yield document
        except pypdfium2.PdfiumError as fault:
            raise ValueError(_("这个 PDF 里有一页打不开。请重新导出再上传。")) from fault
        finally:
            document.close()


def _size(document, number):
    width, height = document[number].get_size()
    if not (1 <= width <= 20_000 and 1 <= height <= 20_000):
        raise ValueError(_("第 %(n)s 页的大小不合常理。请用常见的纸张或幻灯片大小重新导出。") % {"n": number + 1})
    return width, height


def _draw(document, number):
    width, height = _size(document, number)
    page = document[number]
    picture = page.render(scale=min(WIDTH / width, HEIGHT / height)).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    text = page.get_textpage()
    words = " ".join(text.get_text_range().replace("\0", " ").split())
    text.close()
    page.close()
    return Drawn(out.getvalue(), *picture.size, words[:MOST_WORDS])
