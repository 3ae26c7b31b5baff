from .attempts import Answer, Attempt
from .bank import Kind, Picture, Question, QuestionRevision
from .marks import Claim, Mark
from .papers import Allowance, Quiz

__all__ = ["Allowance", "Answer", "Attempt", "Claim", "Kind", "Mark", "Picture", "Question", "QuestionRevision", "Quiz"]
