from .attempts import Answer, Attempt, Extension
from .bank import Kind, Picture, Question, QuestionRevision
from .marks import Claim, Mark
from .papers import Allowance, Quiz
from .practice import Practice
from .upkeep import BankImport, ReviewedPair

__all__ = [
    "Allowance",
    "Answer",
    "Attempt",
    "BankImport",
    "Claim",
    "Extension",
    "Kind",
    "Mark",
    "Picture",
    "Practice",
    "Question",
    "QuestionRevision",
    "Quiz",
    "ReviewedPair",
]
