"""The rules of cleaning, by name, in the order in which they are asked. Each says what it does and why, for the user.

"hides" masks a private detail; "cuts" takes characters out of a document; "leaves out" drops a whole document; "lists"
changes nothing and only shows. Nothing is ever removed from the corpus: what a rule does is computed, and undone by
switching it off.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

VERSION: Final = 1  # raised when a rule comes to say something else: the fingerprint of what is learnt changes with it

Does: TypeAlias = Literal["hides", "cuts", "leaves out", "lists"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `title` names it in a list, `why` is its reason."""

    name: str
    does: Does
    title: str
    why: str


KEYS, PASSWORDS, LINK_SECRETS = "keys", "passwords", "link secrets"
EMAILS, IBANS, CARDS, PHONES, STREETS, NAMES = "e-mail", "bank accounts", "cards", "phones", "streets", "names"
QUOTED, SIGNATURES, BOILERPLATE, SPACING = "quoted replies", "signatures", "boilerplate", "spacing"
LINKS, CODE, AUTOMATIC, TEMPLATES, PASTED = "only links", "code", "automatic", "templates", "pasted"
LANGUAGE, INSULTS, EXACT, NEAR = "language", "insults", "same", "alike"

RULES: Final = (
    Rule(QUOTED, "cuts", "Quoted replies", "A reply repeats the letter it answers: those are not your words."),
    Rule(SIGNATURES, "cuts", "Signatures", "A signature stands under every letter and says nothing new."),
    Rule(BOILERPLATE, "cuts", "Repeated footers and headers", "The same line stands in many of your documents."),
    Rule(LINK_SECRETS, "hides", "Secrets in links", "This link carries a key or a password."),
    Rule(KEYS, "hides", "Keys", "Looks like a key or a token that opens an account."),
    Rule(PASSWORDS, "hides", "Passwords", "A password, a PIN or a code stands here."),
    Rule(EMAILS, "hides", "E-mail addresses", "A bot may recite an address that it has read."),
    Rule(IBANS, "hides", "Bank accounts", "An account number with the right check digits."),
    Rule(CARDS, "hides", "Card numbers", "A card number with the right check digit."),
    Rule(PHONES, "hides", "Phone numbers", "A number that exists in the numbering plan of a country."),
    Rule(STREETS, "hides", "Street addresses", "Where somebody lives is nobody else's business."),
    Rule(NAMES, "hides", "Names of people you talk to", "They did not agree to be in a bot: each gets another name."),
    Rule(SPACING, "cuts", "Stray characters and empty lines", "Invisible characters and empty space teach nothing."),
    Rule(LINKS, "leaves out", "Only links", "Nothing but links is in it."),
    Rule(CODE, "leaves out", "Mostly code", "More than half of it is code or program output."),
    Rule(AUTOMATIC, "leaves out", "Automatic messages", "A machine wrote it: an absence notice, a code, a receipt."),
    Rule(TEMPLATES, "leaves out", "Templates", "More than twenty short ones begin with the same words."),
    Rule(PASTED, "leaves out", "Pasted from others", "It is forwarded, pasted, or carries somebody else's imprint."),
    Rule(EXACT, "leaves out", "The same twice", "The same words are in another document, which is kept."),
    Rule(NEAR, "leaves out", "Nearly the same", "Nearly the same words are in another document, which is kept."),
    Rule(LANGUAGE, "lists", "Other languages", "It is not in the language that you mostly write."),
    Rule(INSULTS, "lists", "Harsh words", "It has words that you may not want to hear from your bot."),
)
HIDING: Final = frozenset(rule.name for rule in RULES if rule.does == "hides")
BY_NAME: Final = {rule.name: rule for rule in RULES}
