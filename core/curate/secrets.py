"""Keys, passwords, secrets in links, e-mail addresses, bank accounts and cards, by their form and their check digits.

Knows no document. What is hidden becomes a word in brackets, which a model may learn without harm.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from core.curate.edits import Edit
from core.curate.rules import CARDS, EMAILS, IBANS, KEYS, LINK_SECRETS, PASSWORDS

EMAIL: Final = re.compile(
    r"(?<![\w.+%-])(?:mailto:)?[\w.+%-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}\b"
    r"|\b[\w.+-]{1,64} ?[\[({](?:at|AT|ät)[\])}] ?"
    r"(?:[\w-]{1,63}(?:\.| ?[\[({](?:dot|DOT|punkt)[\])}] ?)){1,4}[^\W\d_]{2,24}\b"
)
KEY: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}\b|\bgithub_pat_\w{20,}\b|\bglpat-[\w-]{18,}"
    r"|\bsk-(?:[a-z]+-)*[\w-]{20,}|\b[rs]k_(?:live|test)_\w{16,}\b|\bxox[abeoprs]-[\w-]{10,}|\bAIza[\w-]{30,}"
    r"|\bya29\.[\w-]{20,}|\bhf_[A-Za-z0-9]{20,}\b|\bnpm_[A-Za-z0-9]{30,}\b|\bpypi-[\w-]{30,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|\bssh-(?:rsa|ed25519) AAAA[\w+/=]{40,}",
    re.DOTALL,
)
RANDOM: Final = re.compile(r"(?<![\w/.&?#%-])[A-Za-z0-9+_-]{24,128}={0,2}(?![\w/.])")
KEY_SIGNS: Final = (  # without one of these nothing in KEY is there
    "PRIVATE KEY", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "pat_", "pat-", "sk-", "k_live", "k_test",
    "xox", "AIza", "ya29", "hf_", "npm_", "pypi-", "SG.", "eyJ", "ssh-",
)  # fmt: skip
LONG: Final = 24  # characters of the shortest word in RANDOM
PASSWORD: Final = re.compile(
    r"\b(?:pass(?:word|code|wort|phrase)|pwd|passwd|kennwort|mot de passe|contraseña|wachtwoord|senha"
    r"|pin(?:[- ]?code)?|api[_ -]?key|secret[_ -]?key|access[_ -]?token|client[_ -]?secret)\b[\"']?"
    r"(?:\s+(?:is|was|ist|war|lautet|est|es|è)\s*:?\s*|\s*[:=]\s*)[\"'“„`]?(?P<it>[^\s\"'“”`,;]{4,100})",
    re.IGNORECASE,
)
PASSWORD_SIGNS: Final = (
    "pass", "pwd", "kennwort", "contraseña", "wachtwoord", "senha", "pin", "key", "token", "secret",
)  # fmt: skip
TELLING: Final = re.compile(r"\d|[^\w.,;:!?)'’-](?=.*\w)")  # of a password: a plain word behind "password is" is talk
LINK_SECRET: Final = re.compile(
    r"https?://(?P<login>[^\s/@:]+:[^\s/@]+)@"
    r"|(?<=[?&;#])(?:access_|auth_|id_|refresh_|session_?|api_?|x-amz-)?(?:token|key|sig|signature|auth|password|pwd"
    r"|secret|session|sid|sessionid|apikey|jwt|code|invite|credential|security-token)=(?P<it>[^\s&#)\]>\"']{6,})",
    re.IGNORECASE,
)
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
IBAN_BEGINS: Final = re.compile(r"[A-Z]{2}\d\d")
IBAN_LENGTHS: Final = (15, 34)
CARD: Final = re.compile(r"(?<![\w.+/-])(?:\d[ -]?){12,18}\d(?![\w/-]|\.\d)")
MANY_DIGITS: Final = re.compile(r"\d(?:[ -]?\d){12}")  # quick: most texts have none
CARD_BEGINS: Final = re.compile(r"4|5[1-5]|2[2-7]|3[4-7]|3[068]|6")  # the networks' own first digits
CARD_LENGTHS: Final = (13, 14, 15, 16, 19)


def edits(text: str) -> Iterator[list[Edit]]:
    """The edits of each rule, in their order."""
    yield list(link_secrets(text))
    yield [Edit(start, end, "[key]", KEYS) for start, end in keys(text)]
    yield list(passwords(text))
    if "@" in text or "at]" in text.casefold() or "at)" in text.casefold():
        yield [Edit(match.start(), match.end(), "[e-mail]", EMAILS) for match in EMAIL.finditer(text)]
    yield list(ibans(text))
    cards = CARD.finditer(text) if MANY_DIGITS.search(text) else ()
    yield [Edit(match.start(), match.end(), "[card]", CARDS) for match in cards if is_card(match.group())]


def keys(text: str) -> Iterator[tuple[int, int]]:
    if any(sign in text for sign in KEY_SIGNS):
        for match in KEY.finditer(text):
            yield match.span()
    if max(map(len, text.split()), default=0) < LONG:
        return
    for match in RANDOM.finditer(text):
        if looks_random(match.group()):
            yield match.span()


def looks_random(word: str) -> bool:
    """Whether so many different kinds of characters stand in it in such disorder that nobody wrote it by hand."""
    kinds = sum(any(map(test, word)) for test in (str.isupper, str.islower, str.isdigit))
    if kinds < 3 or sum(map(str.isdigit, word)) < 3:
        return False
    counts = Counter(word)
    entropy = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    runs = re.findall(r"[A-Za-z]{8,}|\d{8,}", word)  # words and dates strung together are names of things
    readable = sum(len(run) for run in runs if run.islower() or run.istitle() or run.isdigit())
    return entropy > 3.6 and readable < len(word) / 2


def passwords(text: str) -> Iterator[Edit]:
    lower = text.casefold()
    for match in PASSWORD.finditer(text) if any(word in lower for word in PASSWORD_SIGNS) else ():
        if TELLING.search(match["it"]) and not match["it"].startswith(("http", "[", "(", "<", "{", "$", "*")):
            yield Edit(*match.span("it"), "[password]", PASSWORDS)


def link_secrets(text: str) -> Iterator[Edit]:
    if "://" in text:
        for match in LINK_SECRET.finditer(text):
            yield Edit(*match.span("login" if match["login"] else "it"), "[secret]", LINK_SECRETS)


def ibans(text: str) -> Iterator[Edit]:
    for match in IBAN.finditer(text) if IBAN_BEGINS.search(text) else ():
        end = next((n for n in ends(match) if is_iban(text[match.start() : n])), None)
        if end:
            yield Edit(match.start(), end, "[account]", IBANS)


def ends(match: re.Match[str]) -> Iterator[int]:
    """Where an account number may end: the form also takes in a word in capitals that follows."""
    yield match.end()
    for n in range(match.end() - 1, match.start() + IBAN_LENGTHS[0] - 1, -1):
        if match.string[n] == " ":
            yield n


def is_iban(text: str) -> bool:
    """ISO 13616: the country and check digits moved behind, letters as numbers, is 1 modulo 97."""
    plain = text.replace(" ", "")
    if not IBAN_LENGTHS[0] <= len(plain) <= IBAN_LENGTHS[1]:
        return False
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1


def is_card(text: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1), a network's first digits, and digits that are not all alike."""
    digits = [int(letter) for letter in text if letter.isdigit()]
    if len(digits) not in CARD_LENGTHS or not CARD_BEGINS.match(text) or len(set(digits)) < 3:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if n % 2 else digit for n, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0
