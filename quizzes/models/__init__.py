from .attempts import Answer, Attempt
from .bank import Kind, Picture, Question, QuestionRevision
from .marks import Mark
from .papers import Allowance, Quiz

__all__ = ["Allowance", "Answer", "Attempt", "Kind", "Mark", "Picture", "Question", "QuestionRevision", "Quiz"]
