"""Forms of people and enterprises."""

from .desk import (
    CodeForm,
    DistrictForm,
    EligibilityForm,
    EnterpriseFilterForm,
    EraseForm,
    LetterForm,
    NameForm,
    NameOfEnterpriseForm,
    PhoneForm,
    StatusForm,
)
from .join import JoinForm
from .portal import FactsForm, HandOverForm, MoveOutForm, OwnPhoneForm, PostForm, ReasonForm, StaffForm

__all__ = [
    "CodeForm",
    "DistrictForm",
    "EligibilityForm",
    "EnterpriseFilterForm",
    "EraseForm",
    "FactsForm",
    "HandOverForm",
    "JoinForm",
    "LetterForm",
    "MoveOutForm",
    "NameForm",
    "NameOfEnterpriseForm",
    "OwnPhoneForm",
    "PhoneForm",
    "PostForm",
    "ReasonForm",
    "StaffForm",
    "StatusForm",
]
