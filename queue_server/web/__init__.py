"""How we speak HTTP: what every page and every route stands on."""

from .call import Call, Handler, Principal, PrivateText
from .deps import Deps
from .problems import ProblemError
from .texts import Texts

__all__ = ["Call", "Deps", "Handler", "Principal", "PrivateText", "ProblemError", "Texts"]
