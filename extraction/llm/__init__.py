"""A second reader: a language model, asked about what the rules left open. Off by default.

Pure, like all of the reader: what to ask (`question_of`, `messages`, `schema`), and what an answer
is worth (`judged`). Who carries the question to a model is not known here.

What holds, whatever a document says and a model answers:

- The model only points. A value is read by our own rules out of the words that it quotes, and
  words that do not stand in the document are dropped (`llm_ungrounded`).
- It takes no question from a person: nothing that it says reaches `ACCEPT_CONFIDENCE`.
- Who digs, for whom, and how they are reached is never filled in by it alone, only suggested.
- It is not asked for legal statements, the kind of ticket, the priority, dates or coordinates.
- Words of the document that speak to whoever reads it ("ignore the above") are no evidence: a
  value out of them is only suggested, and moves no other.
"""

from extraction.llm.answering import ASKED_VERSION, failed, judged
from extraction.llm.question import Question, question_of
from extraction.llm.replies import Answer, answers_in
from extraction.llm.wording import messages, repair, schema

__all__ = [
    "ASKED_VERSION",
    "Answer",
    "Question",
    "answers_in",
    "failed",
    "judged",
    "messages",
    "question_of",
    "repair",
    "schema",
]
