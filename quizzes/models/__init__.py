from .attempts import Answer, Attempt
from .bank import Kind, Picture, Question, QuestionRevision
from .marks import Claim, Mark
from .papers import Allowance, Quiz
from .upkeep import BankImport, ReviewedPair

__all__ = [
    "Allowance",
    "Answer",
    "Attempt",
    "BankImport",
    "Claim",
    "Kind",
    "Mark",
    "Picture",
    "Question",
    "QuestionRevision",
    "Quiz",
    "ReviewedPair",
]
