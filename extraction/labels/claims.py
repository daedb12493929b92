"""Claims: which labels open the block of a party, and which values such a party lays claim to."""

from extraction.roles import Role

# A label that opens a block: the plain labels that follow it speak of that party.
OPENERS: dict[str, Role] = {
    "company": Role.EXCAVATOR,
    "caller": Role.CALLER,
    "onsite": Role.ONSITE,
    "work_for": Role.WORK_FOR,
    "utility": Role.WORK_FOR,
    "other_party": Role.OTHER,
    "member_name": Role.MEMBER,
}

# What stands behind the recipient in its line is the recipient's.
OF_A_RECIPIENT = frozenset(["contact", "caller", "name", "company"])

# What a party that a label has opened lays claim to; all else belongs to the section.
OF_A_PARTY = frozenset(
    [
        "name",
        "attention",
        "phone",
        "alt_phone",
        "mobile",
        "fax",
        "extension",
        "email",
        "mailing_address",
    ]
)
OF_A_COMPANY = OF_A_PARTY | frozenset(
    ["address", "address_2", "city", "state", "zip", "city_state_zip", "street", "number"]
)

# What can only speak of the site, whoever's block it stands in.
OF_THE_SITE = frozenset(
    [
        "county",
        "cross_1",
        "cross_2",
        "subdivision",
        "lot_block",
        "lot",
        "str",
        "latitude",
        "point",
        "directions",
        "extent",
        "service_address",
    ]
)

# What a table of people calls the column that tells whose row it is.
ROLE_LABELS = frozenset(
    {"role", "party", "contact type", "contact role", "type of contact", "capacity", "function"}
    | {"who", "party type", "role on job", "job role", "responsibility", "relationship"}
)

# What may follow the name of a party: `caller` + `phone`.
PARTS = frozenset(
    [
        "name",
        "contact",
        "company",
        "phone",
        "alt_phone",
        "mobile",
        "fax",
        "extension",
        "email",
        "address",
        "mailing_address",
        "address_2",
        "city",
        "state",
        "zip",
        "county",
        "city_state_zip",
        "street",
        "number",
        "latitude",
        "longitude",
        "point",
    ]
)
