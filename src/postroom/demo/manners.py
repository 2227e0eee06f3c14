"""How people begin and end a mail, and the small things they say besides, in the demo's languages.

Texts of our own. Must not know what the mail is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Final

_GREETINGS: Final = {
    "en": ("Hello {names},", "Hi {names},", "Dear {names},", "Good morning {names},", "{names},"),
    "de": ("Hallo {names},", "Guten Morgen {names},"),
    "fr": ("Bonjour {names},", "Re-bonjour {names},"),
    "es": ("Hola {names}:", "Buenos días, {names}:"),
}
_EVERYBODY: Final = {"en": "all", "de": "zusammen", "fr": "à tous", "es": "a todos"}
_AND: Final = {"en": "and", "de": "und", "fr": "et", "es": "y"}
_CLOSINGS: Final = {
    "en": ("Kind regards", "Best regards", "Best", "Thanks", "All the best", "Many thanks", "Regards"),
    "de": ("Viele Grüße", "Beste Grüße", "Schöne Grüße", "Gruß", "Danke und Gruß"),
    "fr": ("Bien cordialement", "Cordialement", "Bonne journée", "Merci d'avance", "À bientôt"),
    "es": ("Un saludo", "Saludos", "Gracias", "Muchas gracias", "Hasta pronto"),
}
_BEFORE_THE_FIRST: Final = {
    "en": """
        I hope the week started well. | Short one today. | A quick one from the train. | As I said on the phone: | I
        tried to call you. | In writing, so that it does not get lost. | Just back from {depot}. | No hurry with
        this. | Not urgent, but before I forget it: | Written on the way home. """,
    "de": """
        nur kurz zwischen zwei Terminen: | wie am Telefon besprochen: | es eilt nicht. | schriftlich, damit es nicht
        untergeht.
        """,
    "fr": """
        Comme convenu au téléphone : | Rien d'urgent. | Par écrit, pour ne pas l'oublier.
        """,
    "es": """
        Como hablamos por teléfono: | No corre prisa. | Por escrito, para que no se olvide.
        """,
}
_BEFORE_AN_ANSWER: Final = {
    "en": """
        Sorry for the late answer. | Between two meetings: | Following up on our call. | Good to hear from you. |
        Thanks for getting back to me. | Thanks for the quick answer. | Just back from {depot}. | Back at my desk
        now. | I asked around. | One thing less on the list. | I looked at it again. | I read this only now. | Short
        answer: | From my phone, so in short: | In a word: | Before the next meeting: """,
    "de": """
        entschuldige die späte Antwort. | nur kurz zwischen zwei Terminen: | danke für die schnelle Rückmeldung. |
        ich habe noch einmal nachgesehen. | gerade zurück aus {depot}. """,
    "fr": """
        Pardon pour la réponse tardive. | Merci pour votre retour rapide. | J'ai vérifié encore une fois. | De
        retour de {depot}. """,
    "es": """
        Perdón por la tardanza. | Gracias por la respuesta rápida. | Lo he mirado otra vez. | De vuelta de {depot}.
        """,
}
_AFTER: Final = {
    "en": """
        Call me if that is unclear. | I am at my desk until five. | Have a good afternoon. | Have a good week. | I
        am away on {soon}, {mate} has my phone. | More {tomorrow}. | No need to answer. | Tell me if you see it
        differently. | That is all for today. | I am in {town} {tomorrow}, so answers may take a little. | Let me
        know. | Ask {mate} if I do not pick up. | The rest when we speak. | Shout if anything looks odd. | I keep an
        eye on it. | Thank you for your patience. | I write it down for the next time. | Greetings to {depot}. |
        Enjoy the weekend when it comes. """,
    "de": """
        Ruf mich gerne an, wenn etwas unklar ist. | Schöne Woche noch. | Am {soon} bin ich nicht da, {mate} vertritt
        mich. | Mehr dazu {tomorrow}. | Grüße nach {depot}. | Das war es für heute. | Ich behalte es im Auge. """,
    "fr": """
        Appelez-moi si ce n'est pas clair. | Bonne fin de semaine. | Je ne suis pas là {soon}, {mate} me remplace. |
        La suite {tomorrow}. | Dites-moi si cela vous convient. | Je garde un œil dessus. """,
    "es": """
        Llámame si algo no queda claro. | Buena semana. | El {soon} no estoy, {mate} me sustituye. | Sigo
        {tomorrow}. | Dime si te parece bien. | Saludos a {depot}. | Lo tengo vigilado. """,
}


def _list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in " ".join(text.split()).split(" | "))


BEFORE_THE_FIRST: Final = {language: _list(text) for language, text in _BEFORE_THE_FIRST.items()}
"""What may be said first in a mail that begins a thread, with slots."""
BEFORE_AN_ANSWER: Final = {language: _list(text) for language, text in _BEFORE_AN_ANSWER.items()}
"""What may be said first in an answer, with slots."""
AFTER: Final = {language: _list(text) for language, text in _AFTER.items()}
"""What may be said last, with slots; ``{mate}`` is somebody who works with the writer."""


def greeting(random: Random, names: Sequence[str], language: str, is_first: bool) -> str:
    """A line that greets; empty: people who are in the middle of it often do without."""
    if not is_first and random.random() < 0.35:
        return ""
    choices = _GREETINGS[language][:2] if len(names) > 2 else _GREETINGS[language]
    if is_first:
        choices = choices[:-1] if language in ("en", "fr") else choices
    said = f" {_AND[language]} ".join(names) if len(names) < 3 else _EVERYBODY[language]
    return random.choice(choices).format(names=said)


def closing(random: Random, language: str, is_first: bool) -> str:
    """A line that ends the mail before the name; empty: the name alone."""
    return "" if not is_first and random.random() < 0.45 else random.choice(_CLOSINGS[language])


def begun(text: str, greeted: str, language: str) -> str:
    """The text with its first letter as the language wants it after such a greeting."""
    if language == "de" and greeted:
        return text
    text = re.sub(r"^([¿¡«„ ]*)(\w)", lambda match: match[1] + match[2].upper(), text)
    if language == "fr":
        text = re.sub(r"([.?!] )([a-zéèà])", lambda match: match[1] + match[2].upper(), text)
    return text
