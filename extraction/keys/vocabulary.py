"""The words of keys: abbreviations, names that systems give, and codes that tell a role.

Tables and nothing else. Keys are written as `labels.name_of` gives them: lower case, words
apart, each spelling of "number" as `#`.
"""

from extraction.keys.tables import by_name, names_in, words_in
from extraction.roles import Role

# Words that say nothing about what a value is: what is left without them is looked up.
IDLE = words_in(
    """value val text txt string str data info information field fld attribute attr item the of for
    primary main default current full formatted display displayed entered gis object record
    prob problem wo job work order request detail details physical actual gps map mapped cd dd
    home business day daytime best voice party print legal est estimated approx planned u udf
    custom cf x1 1 01 line1 wgs nad 84 83 wgs84 nad83 decimal degrees deg local app input raw
    content proposed expected anticipated max maximum final long short single row ticket
    nearest closest dispatch shop yard hq dig digging excavation excavating project incident call caller1 locate gps1 center point
    asset utility facility structure equipment tag"""
)

# Before a key that has no other party: whose it is.
PARTIES = by_name(
    {
        Role.SITE: "site|serv|service|premise|premises|work site|job site|dig site|worksite|jobsite|"
        "digsite|location|prob|problem|dig|work location|job location|service location|property",
        Role.EXCAVATOR: "contractor|excavator|vendor|firm|excavating company|subcontractor|"
        "sub contractor|crew|company|office|digger|applicant|installer|lead contractor|"
        "performing contractor|performer|supplier|submit to|awarded to|assigned contractor|assigned vendor",
        Role.OTHER: "mailing|mail",
        Role.CALLER: "caller|requester|requestor|contact|contact person|primary contact|submitter|"
        "contractor contact|excavator contact|office contact|main contact|company contact|rep|"
        "representative|contractor rep|company rep|point of contact|poc|contact point",
        Role.ONSITE: "onsite|on site|crew member|foreman|field contact|site contact|crew leader|crew lead|"
        "superintendent|supervisor|alternate contact|alt contact|onsite contact|on site contact|"
        "job contact|crew foreman|field|site foreman|general foreman|crew chief",
        Role.WORK_FOR: "customer|owner|client|homeowner|consumer|property owner|project owner|"
        "pole owner|line owner|plant owner|structure owner|network owner|host utility|pole owning utility|"
        "work for|done for|work done for|account|account holder|subscriber|resident|tenant|working for",
    }
)

# Who is none of the five: what belongs to them fills nothing.
OTHERS = words_in(
    """planner engineer designer inspector surveyor locator billing bill remit shipping ship
    payer landlord agent dispatcher operator approver witness insurance center previous prior old
    history historic attachment attachments audit modified updated edited reviewer supplier_contact sales manager_of staker estimator drafter foreign competitor
    mortgage emergency_contact originator_system sender receiver
    escalation preparer checker signature signed attaching attacher attachers attachee"""
)

# Words at the end of the name of an object that say nothing.
TAILS = words_in(
    """address addr addresses location loc details detail info information data record records
    list set items item segment node group block section obj object dto type entry entries person personnel"""
)

# What a key says of the kind of the object around it: role, partner function, contact type.
TELLING = names_in(
    """role|party role|partner role|contact role|parvw|parvwtxt|partner function|function
    |party type|contact type|type|kind|addrtype|addr type|address type|relationship|relation|usage
    |relation type|category|capacity|party|partner type|person type|company type|location type
    |entity type|resource type|role name|role code|role type|party code|use|purpose|phone type|tel type
    |telephone type|#type"""
)

# Codes and words in such keys, beside the names that `roles` knows.
TOLD = {
    name: Role(role)
    for name, role in by_name(
        {
            Role.EXCAVATOR: "lf|vn|vd|vendor|supplier|contractor|excavator|exc|sub|performer|"
            "digging party|excavating party|executing party|executor|ctr|contr|installer",
            Role.WORK_FOR: "ag|sp|sold to|sold to party|ordering party|orderer|customer|work for|"
            "work done for|done for|owner|project owner|principal|requesting utility|end user",
            Role.SITE: "we|sh|ship to|ship to party|site|work site|worksite|service|service location|"
            "dig site|job site|work location|premise|physical|work|job|location of work|dig",
            Role.CALLER: "locates|locate|tickets|locate coordinator|locates coordinator|permits and locates|locate requester|locate requestor|ticket requester|ticket requestor|ticket caller|locate caller|cp|ap|contact person|caller|requester|requestor|submitter|office|primary|"
            "primary contact|office contact|main|business|main contact|ticket contact|project coordinator|coordinator|project manager",
            Role.ONSITE: "pusher|truck pusher|crew pusher|gang pusher|tool pusher|toolpusher|foreperson|site supervisor|onsite|on site|field|foreman|site contact|onsite contact|field contact|"
            "crew|crew leader|superintendent|alternate|alt|alternate contact|crew foreman|on site contact",
            Role.OTHER: "re|bp|rg|py|rp|bill to|bill to party|billing|payer|mailing|remit to|remit|"
            "shipping|invoice|planner|engineer|inspector|designer|approver|dispatcher|owner agent|"
            "emergency|after hours|sales|accounting|agent|surveyor|locator",
            Role.MEMBER: "recipient|member|receiver|utility member|notified|member operator|"
            "facility operator|facility owner|notified member|operator",
        }
    ).items()
}

# Names that only keys have, in full words: what systems and forms call a concept.
KEY_NAMES = by_name(
    {
        "street_before": "st pre|street pre|pre|predir|pre dir|pre direction|street prefix|prefix direction|prefix|"
        "street direction|st direction|address prefix|directional|predirection|street dir|"
        "pre directional|predirectional|prefix directional|direction prefix|house direction|"
        "address street prefix|street pre direction|pre street direction",
        "street_behind": "suf|st address st type|st address type|suffix|street suffix|address suffix|post dir|postdir|post direction|"
        "suffix direction|street post direction|sufdir|street type|st type|address street type|"
        "street address street type|road type|type of street|address street suffix|"
        "post directional|postdirectional|direction suffix|address type suffix|street name type",
        "number": "hse|hno|hse no|house nbr|addr num|st from address|street from address|from house #|low address|st address #|street address #|street #|address #|house #|hse #|site #|bldg #|building #|"
        "address from|house # 1|civic #|from address|street from|house|street house #|"
        "primary #|premise #",
        "street": "roadway|road way|st address street|street address street|street name|street street|street address street name|"
        "address street name|road name|thoroughfare|street base name",
        "address": "ad|ad 1|line 1|address line|formatted address|one line address|address text|"
        "stras|street line|match addr|match address|street line 1|thoroughfare address|addressline1",
        "address_2": "ad 2|line 2|address line 2|street 2|street line 2|suite|unit #|address unit|"
        "sub address|subpremise|unit|apartment|building",
        "first_name": "first name|name first|namev|first|given name|fname|firstname|forename|first nm|f name",
        "last_name": "last name|name last|last|surname|family name|lname|lastname|l name",
        "city": "city 1|ort 01|ort1|locality|city name|town name|post town|place name|address city|admin city",
        "county": "county name|admin area 2|sub region|subregion|county parish|county txt",
        "state": "cstate|c state|administrative area|state abbr|state abbreviation|province|admin area 1|"
        "state province code|region code|state cd|regio",
        "zip": "post code 1|post code|postal|zip 5|zip5|postal cd|zip 4|zip plus 4",
        "phone": "local #|phone local #|local phone|subscriber #|tel #|phone #|phone 1|work phone|phone value|phone #1|telf1|tel 1",
        "extension": "phone extension|tel extension|extension #",
        "email": "email addr|email address 1|e mail|email 1|smtp addr|smtp address|mail address",
        "work_order": "wono|wkordno|work m rid|aufnr|work order #|work order nbr|wo #|order #|order nbr|external order id",
        "work_request": "request #|request id|sr #|case #|notification #|qmnum|wr #",
        "type_of_work": "tow|work order text|work order txt|wo text|wo txt|work text|work txt|job text|job txt|work nature|ktext|short text|order description|order text|order txt|order short text|job summary|work summary|task summary",
        "description": "task instructions|work task instructions|job instructions|ltxa1|task description|operation text|operation description|summary|"
        "operation short text|step description|task",
        "remarks": "longdescription|description longdescription|long description|description long description|long text|ltext|ld text|"
        "work log|log notes|job comments|description long",
        "marking": "marking|markings|where to mark|what to mark|marking notes|mark notes|locate notes|locator notes|marking comments|"
        "locator instructions|notes to locator|locate|locator comments|note to locator",
        "equipment": "dig method|method of digging",
        "extent": "additional location|location additional|location comment|location comments|"
        "location extra|additional address|location note|location notes|extra location|"
        "location detail|location details|location description|location information",
        "previous_ticket": "prvno|previous #|prior #|old #|last #|prior ticket|prior tkt|prior tkt #|prior ticket #|prior request|prior locate|prior notice #|serial # this ticket updates|update trace serial #|ticket this updates|"
        "updates ticket|updates ticket #|update of ticket|update of|updated ticket #|replaces ticket|"
        "replaces ticket #|renewal of ticket|remark of ticket|relocate of ticket",
        "mailing_address": "mailing|mailing to|mail to",
        "directions": "directions to site|direction to site|access directions|site directions|"
        "travel notes|access notes|directions to work|how to find",
        "cross_1": "intersection street|x street|x st|x road|cross street 1 name|cross street name 1|intersection first|first intersection|cross 1|near intersection|cross street a|"
        "intersection 1|nearest cross|closest cross street|str suppl 1|at street|near cross",
        "cross_2": "intersection second|second intersection|cross street b|intersection 2|"
        "other cross street|cross street 2|far cross",
        "subdivision": "subdivision name|addition name|plat name|neighborhood subdivision",
        "white_lines": "premarked white|premark white|pre mark white|white paint|pre marked|premarked|pre mark|premark|white lining|"
        "pre marked white|white flag paint|is white lined|white line",
        "is_boring": "directional boring|directional bore|horizontal boring|is boring|trenchless bore|"
        "horizontal directional drilling|bore|boring|directional drilling|boring required",
        "is_blasting": "blasting|explosives|is blasting|blasting required|blasting explosives|"
        "explosive use",
        "work_for": "created by member|created by company|created by utility|owner company|done for|work done for|work for|client name|on behalf of|account name|"
        "customer name|bill customer name|working for|wkfr|wrkfor|wkfor",
        "duration": "dauno|duration value|estimated duration|planned duration|dauer|work duration",
        "depth": "depth value|dig depth|excavation depth|trench depth|bore depth|burial depth|"
        "cover depth|max depth|depth of cover",
        "job_type": "service name|request type name|issue type name|category name|service type name",
        "work_start_at": "legal at|legal on|work begins|begins|gstrp|scheduled start|planned start|start date|"
        "scheduled date|work start|basic start date|target start|required start|scheduled for|"
        "scheduled start date|requested start|work start date|begin date|dig date|start at|start",
        "expires_at": "expires at|expires|expiration",
        "document_created_at": "created at|created on|creation date|report date|entered at|"
        "date created|created date|erdat|initiated date|opened at|submitted at|taken",
        "shape": "ply|poly|bbox|bounding box|envelope|map extent|rings|paths|curve rings|points|vertices|polygon|geometry|outline|bounds|wkt",
        "point": "pt|coordinates|coords|coordinate|lat lng|lat lon|latlng|latlon|"
        "lat long|geo|geopoint|centroid|gps|gps coordinates|geo location|latitude longitude",
        "latitude": "lat start|start lat|start latitude|begin latitude|centroid latitude|center latitude|latitudey|latitude y|lat y|y lat|latitude|gps latitude|geo latitude|y coordinate|point y",
        "longitude": "long start|lon start|start long|start lon|start longitude|begin longitude|centroid longitude|center longitude|longitudex|longitude x|lon x|x lon|longitude|gps longitude|geo longitude|x coordinate|"
        "point x",
        "pole": "pole #|pole id|pole tag|pole tag #|pole nbr|structure #|pole name|equipment pole",
        "transformer": "transformer #|transformer id|transformer bank id|transformer bank|bank id|"
        "transformer bank #|pad #|transformer name",
        "meter": "meter #|meter id|meter serial #|meter nbr|meter name",
        "ticket": "ticket #|ticket id|ticket",
        "unit": "unit|units|uom|unit of measure|measure unit|unit code|dimension unit",
        "company": "crew co|contractor co|vendor co|legal name|business name|trade name|dba|dba name|submit to|submitted to contractor|awarded to|issued to contractor|dispatched to contractor|"
        "contractor assigned|assigned vendor|contracted to|let to",
        "utility": "bukrs txt|butxt|company code name|company code text|company code description|"
        "operating company|opco|op co|op company|opco name|utility company name",
        "name": "name list|name org 1|name org1|mc name 1",
        "nothing": "lifnr|kunnr|vendor code|record type|display field name|display field|object id field name|st to address|street to address|to house #|high address|notes count|gate code|gate cd|access code|key code",
    }
)

# Units that the last word of a key names, as they are written behind a number.
UNITS = {
    "in": "in",
    "inch": "in",
    "inches": "in",
    "ins": "in",
    "ft": "ft",
    "feet": "ft",
    "foot": "ft",
    "yd": "yd",
    "yds": "yd",
    "days": "days",
    "day": "days",
    "dys": "days",
    "dy": "days",
    "d": "days",
    "hrs": "hours",
    "hr": "hours",
    "hours": "hours",
    "weeks": "weeks",
    "wks": "weeks",
    "months": "months",
}
