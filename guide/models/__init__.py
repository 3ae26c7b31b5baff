"""Pages of the guide: what to read first, clauses, tools, cases, chains; and the words of the glossary."""

from .cases import CaseClause, CaseIndexPage, CasePage, CaseQuota, CaseTool
from .chains import ChainIndexPage, ChainPage
from .clauses import ClausePage, ClauseTool
from .feedback import Feedback
from .index import GuideIndexPage
from .tools import ToolIndexPage, ToolPage
from .topics import TopicPage
from .words import GlossaryTerm

__all__ = [
    "CaseClause",
    "CaseIndexPage",
    "CasePage",
    "CaseQuota",
    "CaseTool",
    "ChainIndexPage",
    "ChainPage",
    "ClausePage",
    "ClauseTool",
    "Feedback",
    "GlossaryTerm",
    "GuideIndexPage",
    "ToolIndexPage",
    "ToolPage",
    "TopicPage",
]
