"""What an uploaded film and its subtitles are, by their bytes."""

import struct

from django.utils.translation import gettext as _

LARGEST = 500 * 1024 * 1024
LARGEST_CAPTIONS = 1024 * 1024
BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV"}


def read_film(file):
    """The length in seconds of an MP4 film that a phone plays (H.264). Raises ValueError with a sentence otherwise."""
    if file.size > LARGEST:
        raise ValueError(_("视频超过 500 MB。请压缩到 720p，或剪成几段分别上传。"))
    boxes = _boxes(file, 0, file.size)
    brand = next(((start, size) for name, start, size in boxes if name == b"ftyp"), None)
    if brand is None or _at(file, brand[0], 4) not in BRANDS:
        raise ValueError(_("这不是 MP4 视频。请用手机或剪辑软件导出成 MP4（H.264）再上传。"))
    movie = next(((start, size) for name, start, size in boxes if name == b"moov"), None)
    if movie is None:
        raise ValueError(_("这个视频文件不完整，像是没有传完。请重新导出再上传。"))
    inside = _boxes(file, *_until(movie))
    header = next(((start, size) for name, start, size in inside if name == b"mvhd"), None)
    if b"avc1" not in _at(file, movie[0], min(movie[1], 4 * 1024 * 1024)):
        raise ValueError(_("这个视频的编码有的手机放不了。请导出成 H.264 编码的 MP4 再上传。"))
    seconds = _seconds(_at(file, header[0], 32)) if header else 0
    if seconds < 1:
        raise ValueError(_("读不出这个视频有多长。请重新导出再上传。"))
    return round(seconds, 2)


def read_captions(file):
    """Nothing when the subtitles are WebVTT. Raises ValueError with a sentence otherwise."""
    if file.size > LARGEST_CAPTIONS:
        raise ValueError(_("字幕文件超过 1 MB，不像字幕。"))
    file.seek(0)
    text = file.read()
    file.seek(0)
    try:
        words = text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ValueError(_("字幕要存成 UTF-8 编码。")) from fault
    if not words.startswith("WEBVTT") or "-->" not in words:
        raise ValueError(_("这不是 WebVTT 字幕：第一行应当是 WEBVTT，下面是“起 --> 止”和文字。"))


def _at(file, place, count):
    file.seek(place)
    return file.read(count)


def _until(box):
    return box[0], box[0] + box[1]


def _boxes(file, place, end):
    """[(name, where its content begins, how long that is)] of the boxes between two places; stops at what makes no sense."""
    found = []
    while place + 8 <= end and len(found) < 1000:
        size, name = struct.unpack(">I4s", _at(file, place, 8))
        head = 8
        if size == 1:
            long = _at(file, place + 8, 8)
            if len(long) < 8:
                break
            size, head = struct.unpack(">Q", long)[0], 16
        size = size or end - place
        if size < head or place + size > end:
            break
        found.append((name, place + head, size - head))
        place += size
    file.seek(0)
    return found


def _seconds(head):
    """Length from a movie header (mvhd) of version 0 or 1."""
    if len(head) < 32:
        return 0
    scale, length = struct.unpack(">IQ", head[20:32]) if head[0] == 1 else struct.unpack(">II", head[12:20])
    return length / scale if scale else 0
