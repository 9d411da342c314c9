"""Real writing with things planted in it of which we know what they are: for the table of precision and recall.

`Plant.text` is what has to go; the sentence around it has to stay. Decoys look like something private and are not.
"""

import random
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import phonenumbers
from msgspec.structs import replace

from core.curate import rules
from core.documents import Document, Turn

FIRST: Final = ("oskar", "ida", "soren", "mei", "ana", "jonas", "priya", "tom", "lena", "pavel")
LAST: Final = ("brandt", "nolan", "vestergaard", "chen", "souza", "keller", "nair", "whitfield", "okafor", "novak")
BEGINS: Final = ("Well", "Now", "Look", "So", "Oh", "Right", "Listen", "Again", "Honestly", "Still", "Yes", "No")
REGIONS: Final = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "AU", "CH", "SE")
STREETS: Final = (
    "12 Elm Street", "221B Baker Street", "1600 Pennsylvania Avenue", "Hauptstraße 14", "Lindenweg 3",
    "Goethestr. 21",
    "12 rue de la Paix", "5 avenue Victor Hugo", "Via Roma 12", "Calle Mayor 5", "48 Harbour Road", "Keizersgracht 126",
)  # fmt: skip
DECOYS: Final = (
    "It was 2019-05-17 14:32:10 when the log ended.", "The ISBN is 978-3-16-148410-0 and the price 1 299 000 won.",
    "We shipped version 10.4.11.2 and then 9.1.1 (11601.6.10).", "The years 1914-1918 and 2004-2016 were long.",
    "Population: 8 335 897 people, 1.234.567 of them.", "commit 08b3dcbbc2a98d2b0c8ea04845681e04176fbd8f fixed it.",
    "The address 192.168.178.21 is local, and 10.0.0.1 too.", "The password is important, and so is the key.",
    "See https://example.org/?page=12&sort=asc for the list.", "It scored 4 3 2 1 0 in 10 12 14 16 18 steps.",
    "The id 550e8400-e29b-41d4-a716-446655440000 is a UUID.", "We met @oskar at 8 in Room 12 of the Street Food Court.",
    "The number 4539 1488 0343 6468 fails its check digit.", "GB82 WEST 1234 5698 7654 33 is no account.",
    "In chapter 12 Long Road to Freedom begins.", "Use int32_to_float64_conversion_helper here.",
    "The Boeing 757/767/777 and 747-8 are planes.", "Order 2024-000123-77 came on 12.05.2023.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plant:
    """Something planted: in which document, by which rule it must go, and the words themselves."""

    key: str
    rule: str
    text: str


def email(luck: random.Random, n: int) -> str:
    host = luck.choice(("example.org", "post.example.net", "mail.example.co.uk", "uni-example.de"))
    return f"{luck.choice(FIRST)}{luck.choice('._-')}{luck.choice(LAST)}{n}@{host}"


def phone(luck: random.Random, n: int) -> str:
    """A number that may exist, in one of ten countries, as it is written there or abroad."""
    region = REGIONS[n % len(REGIONS)]
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert example is not None
    while True:
        digits = str(example.national_number)[:-5] + f"{luck.randrange(100_000):05}"
        number = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=int(digits))
        if phonenumbers.is_valid_number(number):
            break
    national = n % 2 == 0 and region not in ("ES", "IT")  # there a number without its country is a row of digits
    form = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, form.NATIONAL if national else form.INTERNATIONAL))


def card(luck: random.Random, n: int) -> str:
    begins = ("4", "52", "55", "6011")[n % 4]
    digits = [int(c) for c in begins] + [luck.randrange(10) for _ in range(15 - len(begins))]
    total = sum(d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(digits))
    number = "".join(map(str, [*digits, -total % 10]))
    return (" ", "-", "")[n % 3].join(number[i : i + 4] for i in range(0, 16, 4))


def iban(luck: random.Random, n: int) -> str:
    country, length = (("DE", 18), ("NL", 14), ("FR", 23), ("GB", 18), ("ES", 20))[n % 5]
    letters = {"NL": "ABNA", "GB": "WEST"}.get(country, "")
    body = letters + "".join(luck.choice(string.digits) for _ in range(length - len(letters)))
    check = 98 - int("".join(str(int(c, 36)) for c in f"{body}{country}00")) % 97
    plain = f"{country}{check:02}{body}"
    return plain if n % 2 else " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))


def begin(luck: random.Random, words: int) -> str:
    return " ".join(luck.sample(BEGINS, words))


def token(luck: random.Random, length: int) -> str:
    while True:
        made = "".join(luck.choice(string.ascii_letters + string.digits) for _ in range(length))
        if sum(c.isdigit() for c in made) >= 4 and made.lower() != made != made.upper():
            return made


def key(luck: random.Random, n: int) -> str:
    makers = (
        lambda: "AKIA" + "".join(luck.choice(string.ascii_uppercase + string.digits) for _ in range(16)),
        lambda: f"ghp_{token(luck, 36)}",
        lambda: f"sk-{token(luck, 40)}",
        lambda: f"xoxb-{luck.randrange(10**11)}-{token(luck, 24)}",
        lambda: f"AIza{token(luck, 35)}",
        lambda: f"hf_{token(luck, 34)}",
        lambda: f"eyJ{token(luck, 20)}.eyJ{token(luck, 40)}.{token(luck, 43)}",
        lambda: token(luck, 32),
    )
    return makers[n % len(makers)]()


def password(luck: random.Random, n: int) -> str:
    return luck.choice(("Tulip", "kiln", "Otter")) + luck.choice("!$#&") + token(luck, 7)


SAID: Final[dict[str, tuple[Callable[[random.Random, int], str], tuple[str, ...], int]]] = {
    rules.EMAILS: (email, ("Write to {} about it.", "Mail me: {}", "I asked ({}) and waited."), 100),
    rules.PHONES: (phone, ("Call me on {} tonight.", "Phone: {}", "My number is {} now."), 100),
    rules.CARDS: (card, ("The card {} was declined.", "I typed {} twice."), 60),
    rules.IBANS: (iban, ("Send it to {} please.", "IBAN: {}"), 60),
    rules.KEYS: (key, ("The key {} was in the log.", "export TOKEN={}"), 80),
    rules.LINK_SECRETS: (
        lambda luck, n: token(luck, 24),
        ("See https://app.example.org/files?access_token={}&page=2 there.", "It is http://example.org/x?sig={} now."),
        50,
    ),
    rules.PASSWORDS: (password, ("The password is {} for now.", "password: {}", "Mein Passwort lautet {} und so."), 50),
}
WHOLE: Final[dict[str, Callable[[random.Random, int], str]]] = {
    rules.LINKS: lambda luck, n: f"https://example.org/{n} www.example.net/{luck.randrange(99)}",
    rules.AUTOMATIC: lambda luck, n: (
        "I am out of the office until Monday.", "Automatic reply: thank you for your message.",
        f"{luck.randrange(10**5, 10**6)} is your Example login code.", "Ich bin derzeit nicht im Büro.",
        "This is an automated message. Do not reply to this e-mail.",
    )[n % 5] + f" Reference {n}.",
    rules.TEMPLATES: lambda luck, n: f"I just finished reading number {n} of {luck.randrange(99)} on Example Reads.",
    rules.PASTED: lambda luck, n: f"FOR IMMEDIATE RELEASE\n\n{begin(luck, 6)} {n}. All rights reserved.",
    rules.CODE: lambda luck, n: f"{begin(luck, 3)}:\n\n```\nfor (i = 0; i < {n}; i++) {{\n  t[i] += {n};\n}}\n```\n",
}  # fmt: skip
QUOTE: Final = (
    "\n\nOn Mon, 3 May 2021 at 10:1{}, Oskar Brandt wrote:\n> Is number {} ready by then?\n> I would like to know."
)
SIGNATURES: Final = (
    "\n\n-- \nMara Nolan, potter\nKiln Yard {}, workshop {}", "\n\nSent from my iPhone",
    "\n\nBest regards,\nMara\nKiln Yard {}\nhttps://kiln.example.org/{}", "\n\nVon meinem iPhone gesendet",
)  # fmt: skip
FOOTER: Final = "If you liked this letter, tell a friend and subscribe to the list."


def plant(documents: Sequence[Document], seed: int = 7) -> tuple[list[Document], list[Plant]]:
    """The documents with everything planted, and the list of it. `documents` have long English texts."""
    luck = random.Random(seed)
    hosts = [one for one in documents if 600 < len(one.text) < 6_000 and not one.context]
    luck.shuffle(hosts)
    queue, made, plants = iter(hosts), {one.key: one for one in documents}, list[Plant]()

    def put(rule: str, secret: str, sentence: str) -> None:
        host = made[next(queue).key]
        made[host.key] = replace(host, text=f"{host.text}\n\n{sentence}", quotes=host.quotes)
        plants.append(Plant(host.key, rule, secret))

    secrets = [(rule, form, maker(luck, n), n) for rule, (maker, forms, count) in SAID.items() for n in range(count)
               for form in (forms[n % len(forms)],)]  # fmt: skip
    queue = iter(luck.choices(hosts, k=2_000))
    for rule, form, secret, _ in secrets:
        put(rule, secret, form.format(secret))
    for n in range(48):
        put(rules.STREETS, STREETS[n % len(STREETS)], f"We met at {STREETS[n % len(STREETS)]} that day.")
    for decoy in DECOYS * 3:
        put("decoy", decoy, decoy)
    extra = list(letters(luck)) + list(whole(luck))
    plants += [each for _, some in extra for each in some]
    copies = list(cross_posts(hosts, made))
    plants += [each for _, each in copies]
    return [*made.values(), *(one for one, _ in extra), *(one for one, _ in copies)], plants


def letters(luck: random.Random) -> Iterator[tuple[Document, list[Plant]]]:
    """Letters with a quoted letter, a signature, a footer; their own sentences differ."""
    for n in range(60):
        said = f"The glaze of pot {luck.randrange(10**6)} came out {luck.choice(('green', 'blue', 'grey'))} this time."
        quote = QUOTE.format(n % 10, n) if n % 2 else ""
        signature = SIGNATURES[n % len(SIGNATURES)].format(n, n + 1)
        footer = f"\n\n{FOOTER}" if n % 3 == 0 else ""
        key = f"letter {n}"
        kept = footer if n % 4 not in (0, 2) else ""  # a signature reaches to the end, and takes the footer with it
        text = f"{', '.join(luck.sample(BEGINS, 6))}.\n\n{said}{quote}{kept}{signature}"
        plants = [Plant(key, rules.SIGNATURES, signature.strip())]
        plants += [Plant(key, rules.QUOTED, quote.strip())] if quote else []
        plants += [Plant(key, rules.BOILERPLATE, FOOTER)] if kept else []
        yield Document(source="mail", key=key, text=text, kind="mail", author="Mara Nolan"), plants


def whole(luck: random.Random) -> Iterator[tuple[Document, list[Plant]]]:
    """Documents that must be left out, or listed, as a whole; names in talk."""
    for rule, maker in WHOLE.items():
        for n in range(30):
            key = f"{rule} {n}"
            yield Document(source="plants", key=key, text=maker(luck, n)), [Plant(key, rule, "")]
    for n in range(30):
        key = f"german {n}"
        when = " ".join(luck.sample(("gestern", "abends", "leider", "endlich", "dann", "wieder", "mittags"), 5))
        text = f"{when} habe ich den Ofen Nummer {n} geöffnet, und die Glasur war nicht so geworden, wie ich wollte."
        yield Document(source="plants", key=key, text=text), [Plant(key, rules.LANGUAGE, "")]
        key = f"harsh {n}"
        begin = " ".join(luck.sample(BEGINS, 5))
        text = (
            f"{begin}, you {('idiot', 'asshole', 'moron')[n % 3]}, pot {luck.randrange(10**6)} is broken again today."
        )
        yield Document(source="plants", key=key, text=text), [Plant(key, rules.INSULTS, "")]
        key, name = f"talk {n}", FIRST[n % len(FIRST)].title()
        context = (Turn(f"{name} {LAST[n % len(LAST)].title()}", f"When is it, number {n}?"),)
        text = f"On Friday, {name}, at {n % 12} or so."
        talk = Document(source="chat", key=key, text=text, kind="message", context=context, author="Mara")
        yield talk, [Plant(key, rules.NAMES, name)]


def cross_posts(hosts: Sequence[Document], made: dict[str, Document]) -> Iterator[tuple[Document, Plant]]:
    """Copies elsewhere: word for word, and with a tenth of the words gone."""
    long = [made[one.key] for one in hosts if len(one.text) > 1_500]
    for n, one in enumerate(long[:60]):
        yield replace(one, source="medium", key=f"copy {n}"), Plant(f"copy {n}", rules.EXACT, "")
    for n, one in enumerate(long[60:120]):
        words = one.text.split(" ")
        cut = len(words) // 10
        start = (n * 37) % (len(words) - cut)
        text = " ".join([*words[:start], *words[start + cut :]])
        yield replace(one, source="medium", key=f"near {n}", text=text, quotes=()), Plant(f"near {n}", rules.NEAR, "")
