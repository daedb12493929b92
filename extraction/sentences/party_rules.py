"""Party rules: the wordings by which sentences name who digs, for whom, and who owns the lines.

`Our contractor X`, `X has been hired by Y`, `put it under X`: each with the part that X has in it, and
how surely.
"""

from extraction.hinted import Hinted, hinted

CONTRACTOR = 0.80
ACTOR = 0.68
CLIENT = 0.72
OWNER = 0.70

LEGAL = r"(?:,?\s(?:Inc|INC|LLC|L\.L\.C|LP|L\.P|LLP|Ltd|LTD|Co|CO|Corp|CORP|PLLC)\b\.?)"
NAME_PART = r"(?:[A-Z0-9][\w&'\u2019./-]{0,24})"
NAME = rf"(?P<name>[A-Z][\w&'\u2019.-]{{0,24}}(?:\s(?:{NAME_PART}|&|(?:of|and|the)(?=\s[A-Z]))){{0,7}}?{LEGAL}?)"
ENDS = r"(?=\s?[,.;:()\"]|\s(?:for|will|to|at|in|on|of|has|have|is|are|was|who|and|with|shall|proposes?|plans?|under|from|as|by|this|along|through|that|needs?|today|yesterday|\d)\b|\s?$)"
DOES = (
    r"(?:bor(?:e|ing)|trench\w*|excavat\w*|dig(?:ging)?|install\w*|plac(?:e|ing)|replac\w*|relocat\w*|auger\w*|set(?:ting)?"
    r"|repair\w*|construct\w*|directional\w*|plow\w*|pothol\w*|bury\w*|lower\w*|remov\w*|drill\w*|lay(?:ing)?|extend\w*"
    r"|rehab\w*|perform\w*|begin\w*|start\w*|do(?:ing)? the|expos\w*|tap\w*|upgrad\w*|run(?:ning)?)\b"
)
PLANS = (  # `will`, `plans to`, `is` before `replacing`
    r"(?:will|shall|plans?\sto|intends?\sto|proposes?\sto|is\s(?:going|planning|scheduled)\sto|are\s(?:going|planning|scheduled)\sto|is\sto|ha(?:s|ve)\s(?:got\s)?to|needs?\sto|(?:is|are)(?=\s\w{3,14}ing\s))"
    r"(?:\s(?:also|be|then|soon))?"
)
RULES: tuple[tuple[str, float, str, Hinted], ...] = (
    (
        "contractor",
        CONTRACTOR,
        "contractor_is_named",
        hinted(
            "contractor",
            rf"\b(?:sub-?)?[Cc]ontractor(?:,|\sis|\swill\sbe|\sfor\sth(?:is|e)\s\w+(?:\swill\sbe|\sis)|\son\sth(?:is|e)\s\w+\sis)?\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "work_is_done_by",
        hinted(
            " by ",
            rf"\b(?:done|performed|completed|handled|installed|made|excavated|dug|undertaken|constructed|bored|trenched|carried\sout)\sby\s(?:our\s(?:sub)?contractor,?\s|the\s)?{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "company_acts_for_another",
        hinted(
            "acting |behalf of |under contract |contractor to |contractor for |working for ",
            rf"{NAME},?\s(?:acting\s(?:on\sbehalf\sof|for|as)|on\sbehalf\sof|under\scontract\s(?:to|with)|(?:sub)?contractor\s(?:to|for)|working\s(?:for|on\sbehalf\sof))\s(?:the\s)?[A-Z]",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "company_of_the_writer",
        hinted(
            "us|we|our",
            rf"\b(?:us|we|our\s(?:company|crew|outfit))\s?(?:\(|-\s|,\s){NAME}\s?(?:\)|,|-)",
        ),
    ),
    (
        "actor",
        ACTOR,
        "writer_is_with",
        hinted(
            "this is |i am |i'm |my name is |it's ",
            rf"\b(?:[Tt]his\sis|I\sam|I'm|[Mm]y\sname\sis|[Ii]t's)\s(?:[A-Z][a-z]+\s){{1,2}}(?:with|from|at|over\sat)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "contractor_is_hired",
        hinted(
            "hired|retained|engaged|contracted|awarded|assign|releas|issued|subbed",
            rf"\b(?:hired|retained|engaged|contracted(?:\swith)?|awarded\s(?:[\w\s]{{1,30}}?\s)?to|(?:assign(?:ed|s)|[Rr]eleas(?:ed|es|ing)|issued|subbed)\s(?:\w+\s){{0,4}}?to)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "company_was_hired",
        hinted(
            "been",
            rf"{NAME},?\s(?:has|have|had)\sbeen\s(?:retained|hired|engaged|contracted|commissioned|selected)\s(?:by|to)\b",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_for_who_hired",
        hinted(
            "ed by ",
            rf"\b(?:retained|hired|engaged|contracted|commissioned)\sby\s(?:the\s)?{NAME}(?<!City)(?<!Town)(?<!County)(?<!Village){ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "company_has_the_job",
        hinted(
            "has",
            rf"{NAME},?\shas\s(?:the|this)\s(?:job|work|contract|project|dig)\b",
        ),
    ),
    (
        "actor",
        ACTOR - 0.04,
        "company_with_its_number",
        hinted(
            "0|1|2|3|4|5|6|7|8|9",
            rf"{NAME},?\s(?:(?<=,\s)[A-Z][a-z]{{1,14}},?\s)?(?=\(?\d{{3}}\)?[ .-]?\d{{3}}[ .-]\d{{4}})",
        ),
    ),
    (
        "contractor",
        CONTRACTOR,
        "company_is_put_down",
        hinted(
            " us | it | this | me ",
            rf"\b(?:put|list|have|enter)\s(?:us|it|this(?:\sone)?|me)\s(?:down\s)?(?:in\s)?(?:as|under)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "permit_is_given_to",
        hinted(
            "authoriz|permission is |permit is |hereby granted |permits ",
            rf"\b(?:authoriz(?:es|ing|ed)|(?:permission|permit)\sis\s(?:hereby\s)?(?:granted|issued)\sto|hereby\sgranted\sto|permits)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.12,
        "company_goes_with_it",
        hinted("w/ |with |using |by ", rf"\b(?:w/|with|using|by)\s{NAME}{ENDS}"),
    ),
    (
        "actor",
        ACTOR,
        "locate_is_asked_for",
        hinted(
            "locate|ticket|811",
            rf"\b(?:locates?|tickets?|811|line\slocates?)\s(?:request\s)?for\s{NAME}{ENDS}",
        ),
    ),
    (
        "actor",
        ACTOR + 0.04,
        "locate_was_asked_for",
        hinted(
            "entered|submitted|placed|filed|opened|created|called in|made|requested",
            r"\b(?:locates?|tickets?|requests?|notices?|[Ii]t)\s(?:[^.;]{0,60}?\s)?(?:entered|submitted|placed|filed|opened|created|called\sin|made|requested)"
            rf"\s(?:by\syou\s|online\s|today\s)?(?:for|on\sbehalf\sof)\s{NAME}{ENDS}",
        ),
    ),
    (
        "contractor",
        CONTRACTOR - 0.04,
        "crew_is_named",
        hinted(
            ":",
            rf"\b(?:[Cc]rew|[Ss]ub|[Ee]xcavator|[Dd]riller|[Bb]orer)(?:\sis)?\s?:\s?{NAME}{ENDS}",
        ),
    ),
    (
        "work_for",
        CLIENT - 0.06,
        "work_is_for_an_owner",
        hinted("for ", rf"\bfor\s(?:the\s)?{NAME}(?=\s?[,.;]|\s?$|\s(?:at|in|on|is)\b)"),
    ),
    (
        "work_for",
        CLIENT - 0.04,
        "work_is_for_the_customer",
        hinted(
            "customer|homeowner|resident",
            r"\b(?:[Cc]ustomer|CUSTOMER|[Hh]omeowner|[Rr]esident)(?:\sis|:|,)?\s(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){1,3}?)(?=[,.;(]|\s[a-z(#\d]|$)",
        ),
    ),
    (
        "work_for",
        CLIENT - 0.04,
        "work_is_for_the_owner",
        hinted(
            "owner",
            r"\bfor\s(?:the\s)?(?:property\s|home\s?)?owner,?\s(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\.?\s)?[A-Z][\w'.-]{1,20}(?:\s[A-Z][\w'.-]{1,20}){1,2}?)(?=[,.;]|\s[a-z(]|$)",
        ),
    ),
    (
        "actor",
        ACTOR,
        "company_will_do_it",
        hinted(
            " will | shall | plan| intend| propose| is | are | has | have | need",
            rf"{NAME}(?:'s)?(?:\s?\([^()]{{1,80}}\))?,?(?:\s(?:[a-z]{{3,12}}\s)?(?:crews?|personnel|forces)(?:\s\w+)?)?\s{PLANS}\s{DOES}",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_for_a_person",
        hinted(
            "for dr|for mr|for ms|for mi",
            r"\bfor\s(?P<name>(?:Dr|Mr|Mrs|Ms|Miss)\.?\s[A-Z][\w-]{1,20}(?:\s[A-Z][\w-]{1,20})?)(?=['\u2019]s\b|[,.;(]|\s[a-z(]|\s?$)",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_for",
        hinted(
            "behalf of |work|contractor to |contractor for |crew for |our client",
            rf"\b(?:[Oo]n\sbehalf\sof|[Ww]ork(?:ing)?\s(?:is\s)?(?:being\s)?(?:done\s|performed\s)?for|(?:sub)?contractor\s(?:to|for)|crew\sfor|our\sclient,?)\s(?:the\s)?{NAME}{ENDS}",
        ),
    ),
    (
        "work_for",
        CLIENT,
        "work_is_done_by_one_for_another",
        hinted("by ", r"\bby\s[A-Z][\w&'.\s-]{2,60}?\sfor\s(?:the\s)?" + NAME + ENDS),
    ),
    (
        "owner",
        OWNER,
        "owner_is_named",
        hinted(
            "(",
            rf"{NAME}\s?,?\s?\((?:hereinafter\s|the\s)*[\"\u201c]?(?:the\s)?(?:Owner|OWNER|Utility|UTILITY|Company)[\"\u201d]?\)",
        ),
    ),
)
