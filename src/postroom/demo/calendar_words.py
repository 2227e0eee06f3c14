"""Days and months as they are said in the demo's languages. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from postroom.demo.clock import day_before, working_day

_WEEKDAYS: Final = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_DAY: Final = {
    "en": "{weekday} {day} {month}",
    "de": "{weekday}, {day}. {month}",
    "fr": "{weekday} {day} {month}",
    "es": "{weekday} {day} de {month}",
}
_TOMORROW: Final = {"en": "tomorrow", "de": "morgen", "fr": "demain", "es": "mañana"}
_ON: Final = {"en": "on", "de": "am", "fr": "", "es": "el"}


def weekday(day: date, language: str) -> str:
    """The name of the day of the week."""
    return _WEEKDAYS[language].split()[day.weekday()]


def month(day: date, language: str, after: int = 0) -> str:
    """The name of the month, or of one ``after`` so many."""
    return _MONTHS[language].split()[(day.month - 1 + after) % 12]


def dated(day: date, language: str) -> str:
    """The day with its weekday and month."""
    return _DAY[language].format(weekday=weekday(day, language), day=day.day, month=month(day, language))


def day_words(today: date, meeting: date, ahead: int, language: str) -> dict[str, str]:
    """The slots that say days, as seen from ``today``; ``ahead``: working days to ``soon``."""
    following = working_day(today + timedelta(1))
    is_tomorrow = following == today + timedelta(1)
    nextday = _TOMORROW[language] if is_tomorrow else weekday(following, language)
    return {
        "day": dated(meeting, language),
        "weekday": weekday(meeting, language),
        "date": f"{today.day} {month(today, language)}",
        "nextday": nextday,
        "tomorrow": nextday if is_tomorrow else f"{_ON[language]} {nextday}".strip(),
        "soon": weekday(working_day(today, ahead), language),
        "lastday": weekday(day_before(today), language),
        "month": month(today, language),
        "nextmonth": month(today, language, 1),
        "lastmonth": month(today, language, -1),
    }
