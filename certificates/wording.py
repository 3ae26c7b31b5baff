"""Words a training certificate must not carry: nobody shall take it for a licence of the state (人社部函〔2022〕25号)."""

import unicodedata

from django.utils.translation import gettext as _

FORBIDDEN = (
    "中华人民共和国",
    "中华",
    "中国",
    "国家",
    "全国",
    "职业资格",
    "职业技能等级",
    "专项职业能力",
    "专业技术职务",
    "岗位合格",
    "资格证书",
    "认证证书",
    "免费发证",
    "免费认证",
    "包过",
    "包拿证",
    "快速拿证",
)

ALLOWED = {
    # The name of a kind of standard, and the sentence that says what the paper is not.
    "basis": ("国家标准",),
    "statement": ("不作为质量管理体系认证或职业资格的证明",),
}


def forbidden(text, place=""):
    """The forbidden words in ``text``, longest first, each once; what ``place`` allows is not counted.

    Blanks and full-width forms do not hide a word.
    """
    bare = "".join(unicodedata.normalize("NFKC", text or "").split())
    for phrase in ALLOWED.get(place, ()):
        bare = bare.replace(phrase, "\n")
    found = []
    for word in sorted(FORBIDDEN, key=len, reverse=True):
        if word in bare:
            found.append(word)
            bare = bare.replace(word, "\n")
    return found


def refusal(label, found):
    """The sentence for words found in the field ``label``."""
    words = "、".join(f"“{word}”" for word in found)
    return _("%(label)s里有%(words)s：培训证明上不能出现这样的字样，请换一种说法。") % {"label": label, "words": words}
