"""Shapes of values that tell what their label means: a station, a section of land, nobody's name."""

import re

CUSTOMER = re.compile(
    r"\((?:the )?(?:resident|home ?owner|property owner|owner|customer|tenant|occupant|consumer)\)",
    re.IGNORECASE,
)
# `Alto Bore, Inc., 14 State Hwy 110 S, Elgin, TX 78621`: the office behind the name of a firm.
OFFICE_BEHIND = re.compile(
    r",\s{1,3}(?P<office>\d{1,6}\s[^,]{3,40}(?:,\s?[^,]{2,25}){1,2},?\s[A-Z]{2}\.?\s\d{5}(?:-\d{4})?)\s{0,3}$"
)
DEGREES_ONLY = re.compile(r"[\s(),;/\d.+\u00b0NSEW-]{8,300}")
ONE_LETTER = re.compile(r"[A-Za-z]|yes|no", re.IGNORECASE)
PROSE = re.compile(r"[a-z][^A-Z\d]{2,300}\.")  # the rest of a sentence and no name
# `Supt. phone`: the rest of a label, and no name.
REST_OF_LABEL = re.compile(
    r"(?:phone|ph|cell|mobile|tel|telephone|fax|e-?mail|name|number|no\.?|#|address|signature|sign|date|initials)\s?[:.#]?",
    re.IGNORECASE,
)
# `Digger truck`, `Onsite: true`: a machine or an answer, and nobody's name.
NO_NAME = re.compile(
    r"(?:(?:digger|bucket|line|service|boom|auger|derrick|pickup|dump|vac)\s)?(?:trucks?|derricks?|trailers?|backhoes?|trenchers?|augers?"
    r"|cranes?|excavators?|mini[- ]?ex|bore rigs?|rigs?|loaders?|dozers?)(?:\s#?\d{1,4}[a-z]?)?|true|false|in new|new",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"(?:[NSEW/\d ,]{0,12}\b(?:of )?)?sec(?:tion|t)?\.?\s?\d{1,2}\b.{0,4}\b(?:t(?:wp|ownship)?|blk\.?)\W?\s?\d.{0,60}",
    re.IGNORECASE,
)
STATION = re.compile(
    r"[A-Z]{2,6}\d{1,3}[A-Z]?\s{1,9}[A-Z].{3,60}"
)  # of a member: its code, its name
NOBODY = re.compile(
    r"(?:passer[- ]?by|vacant|anonymous|anon|refused|neighbou?r|citizen|resident|various|same as above|same"
    r"|caller|unk(?:nown)?(?: caller)?|not given|no name|alarm (?:co|company)|cell caller|w911|wireless)\b.{0,20}",
    re.IGNORECASE,
)
# `Tyler 75703 Co. Smith`
BEHIND_ZIP = re.compile(
    r"(?<=\d{5})[ ,;]{1,4}(?:co|county)\.?[ :]{1,3}(?P<county>[A-Z][A-Za-z. ]{2,25})$",
    re.IGNORECASE,
)
IN_COUNTY = re.compile(
    r"(?<=\S)\s?\((?P<county>[A-Z][A-Za-z. ]{2,25}\s(?:County|Co\.?))\)$", re.IGNORECASE
)
KIND_OF_FIRM = re.compile(
    r"(?<=\S)\s?\((?:contractor|prime|sub|subcontractor|excavator)\)$", re.IGNORECASE
)
# `Assigned to: Contractor`: of what kind the one is who digs, and not his name.
KIND_OF_DIGGER = re.compile(
    r"(?:the )?(?:contractor|contract crew|sub(?:[- ]?contractor)?|contract)", re.IGNORECASE
)
OF_FIRM = re.compile(r"\s(?:[wW]/\s?|with\s|of\s(?=[A-Z]{2,}\s|[A-Z]\w+ [A-Z])|@\s?)")
# `Locates: called 3/4`: how far the call is, and nothing to mark.
LOCATED = re.compile(
    r"(?:called|requested|done|none|pending|complete|yes|no|y|n|needed|required|not|ok|clear)\b.{0,40}",
    re.IGNORECASE,
)
# `Sunset Park Sec 2, Lot 6, Block 1`
LOT_BEHIND = re.compile(
    r"[,;]\s{0,3}(?P<lot>(?:lot|lt|blk|block)s?\.?\s?#?\w{1,6}(?:,?\s{1,3}(?:lot|lt|blk|block)\.?\s?#?\w{1,6})?)\s{0,3}$",
    re.IGNORECASE,
)
# `New pole: 45 ft class 3`, `40/5`: how big it is, and no number of it.
POLE_SIZE = re.compile(
    r"\d{2,3}\s?(?:(?:ft|feet|foot)\b|'|-?foot\b).{0,60}|\d{2}/\d{1,2}", re.IGNORECASE
)
STATIONS = re.compile(r"[\d+.\s/'-]{1,40}(?:to[\d+.\s/'-]{1,20})?", re.IGNORECASE)
CODE = re.compile(
    r"(?:PM|CM|EM|CP|CAP|INS|WM)-?\d{0,3}|[A-Z]{1,3}-?\d{1,4}|\d{1,5}"
)  # of a work-order system
