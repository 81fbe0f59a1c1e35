"""The wording of goals in English and Spanish: how conditions, behaviors, criteria, methods and dates read. Pure."""

import re

NUMBERS = {
    word: value
    for value, words in enumerate(
        (
            "zero cero",
            "one un uno una",
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
            "ten diez",
            "eleven once",
            "twelve doce",
        )
    )
    for word in words.split()
    if word not in ("once", "un", "una")  # "once a week"; articles
}
_WORD = "|".join(sorted(NUMBERS, key=len, reverse=True))
_NUM = rf"(?:\d+(?:[.,]\d+)*|(?:{_WORD})\b)"
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january enero",
            "february febrero",
            "march marzo",
            "april abril",
            "may mayo",
            "june junio",
            "july julio",
            "august agosto",
            "september septiembre setiembre",
            "october octubre",
            "november noviembre",
            "december diciembre",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_NOT_A_SETTING = rf"(?!\s+(?:{_NUM}|(?:{_MONTH})\b|the end\b|at least\b|about\b|less\b|fewer\b|order to\b))"
CONDITIONS = (
    _compiled(
        r"(?:^|[.;:,]\s+)(?:in|on|at|with|for|following|upon|from|through|"
        r"en|con|al|ante|frente a|tras|a partir de|mediante)\b" + _NOT_A_SETTING + r"\s+[^\W\d_]\w*"
    ),
    _compiled(
        r"\b(?:given|when|whenever|while|after|before|during|without|using|if|provided with|"
        r"dad[oa]s?|cuando|durante|sin|usando|utilizando|después de|antes de|mientras)\b"
        + _NOT_A_SETTING
        + r"\s+[^\W\d_]\w*"
    ),
    _compiled(r"\bgiven\s+\S+|\bdad[oa]s?\s+\S+"),
    _compiled(
        r"\bwith\s+(?:a|an|the|no|minimal|adult|verbal|visual|teacher|peer|access)\s+[^\W\d_]\w*|"
        r"\bcon\s+(?:un|una|el|la|los|las|apoyo|ayuda)\s+[^\W\d_]\w*"
    ),
)
ENGLISH = _compiled(
    r"\b(?:will|shall|is going to|is able to|can)\s+(?:be able to\s+)?"
    r"(?:(?:not|also|then|[a-z]+ly)\s+){0,3}(?P<verb>(?!will\b)[^\W\d_][\w'-]*)"
)
SPANISH = (
    _compiled(
        r"\b(?:podrán?|van? a|será capaz de|serán capaces de|logrará|deberá|debe|puede)\s+"
        r"(?P<verb>[^\W\d_]+?(?:ar|er|ir|ír)(?:se|l[aeo]s?)?)\b"
    ),
    _compiled(r"\b(?P<verb>[^\W\d_]+r(?:á|án))\b"),
)
_SEEN_BY_NOBODY = """
    understand know learn improve appreciate enjoy become feel realize comprehend believe think try
    strive grasp master progress develop enhance gain work continue benefit grow want remember
    entender comprender saber conocer mejorar aprender apreciar disfrutar desarrollar progresar
    avanzar tratar intentar sentir pensar creer valorar crecer seguir
"""
VAGUE = frozenset(_SEEN_BY_NOBODY.split())
IRREGULAR = {"sabr": "saber", "querr": "querer"}
VAGUE_AFTER = _compiled(
    r"^\s*(?:(?:an?|the|his|her|their|su|un|una|mejor|mayor|better|greater|good|improved|more|an increased)\s+){0,3}"
    r"(?P<what>understanding|knowledge|awareness|appreciation|improvement|growth|progress|mastery|aware|familiar|better|"
    r"comprensión|conocimientos?|entendimiento|progresos?|avances?|mejoras?|mejoría|dominio)\b"
)
_VERBS_OF_SHOWING = (
    "demonstrate show exhibit display make be have demostrar mostrar tener hacer ser estar lograr"
)
SHOWS = frozenset(_VERBS_OF_SHOWING.split())
SHARE = _compiled(
    rf"(?P<part>{_NUM})\s+(?:out of|of|de|de cada)\s+(?:the\s+|las?\s+|los\s+)?"
    rf"(?:last\s+|últim[oa]s\s+)?(?P<all>{_NUM})"
)
PERCENT = _compiled(r"(?P<value>\d+(?:[.,]\d+)?)\s*(?:%|percent\b|por ciento\b)")
PLAIN = _compiled(rf"(?<![\w.,/-])(?P<value>{_NUM})(?![\w/]|-\w)")
WITHOUT = _compiled(
    r"\b(?:without|with no|sin)\s+(?:any\s+|ningún\s+|ninguna\s+)?"
    r"(?:errors?|prompts?|prompting|reminders?|help|assistance|errores|error|ayuda|recordatorios)\b"
)
OFTEN = (
    SHARE,
    _compiled(r"\b(?:consecutive|in a row|successive|straight|seguid[oa]s|consecutiv[oa]s)\b"),
    _compiled(
        rf"(?:{_NUM}|%|percent|por ciento|each|every|all|most|cada|tod[oa]s|per|an?)\s+"
        r"(?:of\s+|de\s+)?(?:the\s+|l[ao]s\s+|el\s+)?"
        r"(?:[^\W\d_]+\s+){0,2}(?:trials?|probes?|opportunit(?:y|ies)|sessions?|days?|weeks?|occasions?|attempts?|"
        r"observations?|times|time|class(?:es)?|lessons?|intervals?|periods?|"
        r"sesi[óo]n(?:es)?|ocasi[óo]n(?:es)?|oportunidad(?:es)?|intentos?|pruebas?|días?|semanas?|veces|clases?|tiempo)\b"
    ),
    _compiled(r"\b(?:daily|weekly|always|diariamente|semanalmente|siempre)\b"),
)
METHOD = _compiled(
    r"\b(?:(?:measured|assessed|evaluated|monitored|recorded|documented|scored|determined|observed|shown|indicated)\s+"
    r"(?:[a-z]+ly\s+)?(?:by|with|using|on|through|via|in)|according to|based on|"
    r"(?:medid|evaluad|registrad|observad|comprobad)[oa]s?\s+(?:con|por|mediante|a través|en|según)|según|"
    r"de acuerdo con|con base en)\s+\w+"
)
FREQUENCY = _compiled(
    r"\b(?:daily|weekly|biweekly|monthly|quarterly|each|every|twice|once a|times a|times per|per week|"
    r"diari[oa]s?|semanal(?:es)?|quincenal(?:es)?|mensual(?:es)?|trimestral(?:es)?|cada|veces (?:por|al?))\b"
)
ENGLISH_DATE = _compiled(
    rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b"
)
OTHER_DATE = _compiled(
    rf"\b(?P<day>\d{{1,2}})(?:\.?º|st|nd|rd|th)?\s+(?:de\s+|of\s+)?"
    rf"(?P<month>{_MONTH}),?\s+(?:de\s+|del\s+)?(?P<year>\d{{4}})\b"
)
SLASHED = re.compile(r"(?<![\d/])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})[/.](?P<year>\d{4}|\d{2})(?![\d/])")
ISO = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
MONTH_YEAR = _compiled(
    rf"\b(?:by|in|until|before|para|en|hasta|antes de|a finales de|by the end of)\s+(?:the end of\s+)?(?:{_MONTH})\b"
    r"(?:,?\s+(?:de\s+|del\s+)?\d{4})?"
)
TERM = _compiled(
    rf"\b(?:by|at|before)\s+(?:the\s+)?(?:end|close)\s+of\b[^.,;]*|"
    rf"\bby\s+(?:the\s+)?(?:next\s+)?(?:annual\s+)?(?:review|iep)\b|"
    rf"\b(?:within|in|after)\s+(?:{_NUM}|a|one)\s+(?:[a-z]+\s+)?(?:weeks?|months?|years?)\b|\bby\s+week\s+\d+\b|"
    rf"\b(?:al|para el|antes del|a)\s+(?:final(?:es)?|término)\s+del?\b[^.,;]*|\bal\s+finalizar\b[^.,;]*|"
    rf"\b(?:en|dentro de|tras)\s+(?:{_NUM}|un|una)\s+(?:semanas?|mes(?:es)?|años?)\b"
)
NOT_A_LEVEL = _compiled(
    rf"\b(?:grades?|levels?|lexile|pages?|steps?|rooms?|ages?|"
    rf"unit|chapter|stage|grado|nivel|página|paso|etapa)[\s-]+{_NUM}|"
    rf"{_NUM}(?:st|nd|rd|th|\.?º|\.?er|\.?to)?[\s-]+(?:grade|level|step|grado|nivel)\b|\b\d+(?:st|nd|rd|th)\b"
)
