"""How we speak HTTP: what every page and every route stands on."""

from .call import Call, Handler, Principal
from .deps import Deps
from .problems import ProblemError
from .texts import Texts

__all__ = ["Call", "Deps", "Handler", "Principal", "ProblemError", "Texts"]
