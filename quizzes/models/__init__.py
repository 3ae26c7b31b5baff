from .analyses import Analysis
from .appeals import Appeal
from .attempts import Answer, Attempt, Extension
from .bank import Kind, Picture, Question, QuestionRevision
from .marks import Claim, Mark
from .papers import Allowance, Quiz
from .practice import Practice
from .printing import PrintedPaper
from .regrading import Regrade, RegradeChange
from .upkeep import BankImport, ReviewedPair

__all__ = [
    "Allowance",
    "Analysis",
    "Answer",
    "Appeal",
    "Attempt",
    "BankImport",
    "Claim",
    "Extension",
    "Kind",
    "Mark",
    "Picture",
    "Practice",
    "PrintedPaper",
    "Question",
    "QuestionRevision",
    "Quiz",
    "Regrade",
    "RegradeChange",
    "ReviewedPair",
]
