"""The one exception that carries a sentence for a person."""


class DomainError(Exception):
    """A request that the rules refuse.

    ``code`` is stable and for programs (``round.full``); ``sentence`` is Chinese, says what is wrong and how to mend it, and
    may be shown as it is; ``params`` are the figures in it, for programs.
    """

    def __init__(self, code, sentence, **params):
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.params = params

    def __str__(self):
        return str(self.sentence)
