"""The words of the trade: for each concept, the labels that documents use for it.

A table and nothing else: what is done with it is in `labels`. Aliases stand between bars and
are written as `labels.name_of` gives them: lower case, no marks, each spelling of "number" as
`#`. An alias belongs to the first concept that has it.
"""

ALIASES: dict[str, str] = {
    # parties
    "company": """company|company name|excavator company|contractor|contractor name|
        contracting company|excavator|excavating company|firm|firm name|
        company performing work|done by|work done by|work performed by|performed by|
        prime contractor|general contractor|contractor company|excavator name|contractor crew|
        assigned contractor|contractor assigned|crew company|subcontractor|sub contractor|
        digging contractor|contractor performing work|name of company|name of contractor|
        excavation company|installer|vendor|excavation contractor|company doing work|
        construction company|company performing excavation|applicant company|organization""",
    "description": "description|desc|job desc|work desc",
    "type": "type|call",
    "id": "id",
    "created_by": "created by|entered by",
    "name": "name|full name|person|print name",
    "contact": """contact|contact name|contact person|primary contact|primary contact name|
        main contact""",
    "caller": """caller|caller name|called in by|requested by|requester|requestor|
        requester name|requestor name|name of caller|requested by name|submitted by|originator|
        office contact|ticket contact|company contact|contractor contact|excavator contact|
        project manager|coordinator|caller contact""",
    "onsite": """onsite contact|on site contact|onsite contact name|on site contact name|
        site contact|site contact name|field contact|field contact name|job site contact|
        jobsite contact|foreman|foreman name|crew foreman|site foreman|field supervisor|
        superintendent|crew leader|crew lead|crew chief|site superintendent|onsite name|
        field rep|contact on site|supervisor|site supervisor|job contact|alternate contact|
        alt contact|alternate contact name|alt contact name|dig site contact|field foreman""",
    "work_for": """work for|working for|work done for|work being done for|
        work is being done for|done for|being done for|work performed for|project owner|client|
        client name|customer|customer name|property owner|owner|owner name|on behalf of|
        homeowner|wk being done for|doing work for|account name|home owner|utility owner|
        contracting for|work is for|work being performed for""",
    "utility": "utility|utility name|electric utility|gas utility|serving utility",
    "phone": """phone|phone #|telephone|telephone #|tel|tel #|ph|ph #|office phone|work phone|
        contact phone|contact #|main phone|day phone|daytime phone|business phone|callback|
        callback #|call back|call back #|phone1|primary phone|office|contact phone #|best #|
        phone voice|office #|office telephone""",
    "mobile": """mobile|mobile #|mobile phone|cell|cell #|cell phone|cellular|sms cell|
        cell phone #|cell ph|mobile phone #|sms""",
    "fax": "fax|fax #|fax phone|facsimile|pager|pager #",
    "extension": "ext|extension|phone ext|phone extension|ext #",
    "email": """email|e mail|email address|e mail address|mail|office email|contact email|
        electronic mail""",
    # places
    "address": """address|street address|full address|address 1|address1|address line 1|
        mailing address|addr|address location|location address|address street|addr 1|
        dig address|work address|address of work|address of excavation|dig site address|
        site address|job address|jobsite address|job site address|work site address|
        work location address|incident address|physical address|loc|street address 1|addr1|
        911 address|location addr|premise address|premises address|dispatch address|loc addr|
        address of dig|project address|job site|jobsite|dig site|work site|worksite|site|
        site location|job location""",
    "service_address": """service address|service addr|svc address|service location|svc addr|
        customer service address""",
    "address_2": """address 2|address2|address line 2|addr 2|suite|ste|unit|apt|apt #|
        street address 2|unit #""",
    "number": """#|address #|house #|street #|from address|addr #|bldg #|house|house#|
        address from|st #""",
    "street": """street|street name|address street name|on street|st name|road|street or road|
        street road|st|dig street|on|street name 1""",
    "street_type": "address street type|street type",
    "city": """city|town|place|municipality|city town|city town place|city place|nearest city|
        city or town|township|municipality name|city name|community|town city|city community|
        nearest town|nearest community|city municipality|village|borough|city village|
        in or near city|in city|city limits name""",
    "state": "state|state province|st prov|province|state code|stateprov",
    "zip": "zip|zip code|zipcode|postal code|postalcode|postcode|zip postal code|postal",
    "city_state_zip": """city state zip|city st zip|city state|city st|city and state|
        city state zip code""",
    "county": "county|county name|co name|counties|parish|county parish|work county|cnty",
    "cross_1": """nearest intersection|cross street|nearest cross street|nearby cross street|
        cross st|cross|cross 1|cross street 1|intersection|intersecting street|
        nearest intersecting street|at intersection|at|x street|xstreet|x st|cross street name|
        near street|nearest street|closest intersection|intersecting road|
        first intersecting street|1st intersection|nearest xst|xst|xsts|intersecting street name|
        closest cross street|near intersection|near cross street|1st intersecting street|
        cross streets|nearest cross|nearest x street|nearest major intersection|between""",
    "cross_2": """other intersection|cross 2|cross street 2|second intersection|
        second cross street|secondary intersection|and street|and cross street|
        2nd intersection|2nd intersecting street|second intersecting street|other cross street|
        2nd cross street""",
    "subdivision": """subdivision|subdivision name|subdivision community|sub division|subdiv|
        subdivision lot|subd|site subdivision|subdivision addition|addition|
        subdivision development|development""",
    "lot_block": "lot block|lot and block|block lot|lot blk|blk lot|legal description",
    "lot": "lot|lot #|lots",
    "block": "block|blk|block #",
    "str": """section township range|twp rng sec|township range section|s t r|sec twp rng|trs|
        str|t r s|sec tsp rng""",
    "latitude": """latitude|lat|y coordinate|y coord|gps latitude|gps lat|site latitude|lat dd|
        latitude dd|center latitude""",
    "longitude": """longitude|lon|long|lng|x coordinate|x coord|gps longitude|gps long|
        site longitude|long dd|longitude dd|center longitude|gps lon""",
    "point": """lat long|lat lon|latitude longitude|gps|gps coordinates|coordinates|
        gps coordinate|coordinate|gps location|lat long dd|latitude and longitude|gps point|
        lat and long|lat lng|coords|location coordinates|gps coords|centroid|gps lat long|
        excavation coordinates|lat lon nad83|lat long nad83|latitude longitude wgs84""",
    "shape": """wkt|work site wkt|polygon|map points|geometry|pos list|polygon coordinates|
        boundary""",
    "directions": """driving directions|directions|directions to site|directions to job|
        dir to site|travel directions|how to get there|drive directions""",
    # the work
    "type_of_work": """type of work|work type|nature of work|type of excavation|
        reason for excavation|reason for dig|worktype|purpose of excavation|purpose of work|
        purpose|work being done|work to be performed|type work|excavation type|
        type of activity|type of construction|dig type|kind of work|job description|
        work order description|wo description|nature of excavation|reason for work|wk type|
        description of job|excavation purpose|work performed|proposed work|type of excavating|
        service requested|work requested|problem|work category description""",
    "job_type": """job type|work order type|wo type|order type|service type|request type|
        service request type|issue type|type of job|activity""",
    "work_activity": "work activity|activity type|work sub type|work subtype|sub type of work",
    "nature": """nature|event type|incident type|call type|nature of call|problem type|
        type of incident|nature code|call nature|incident nature|alarm type""",
    "work_category": "work category|category of work",
    "is_boring": """boring|bore|is boring|directional boring|is directional boring|
        directional bore|directional drilling|boring or drilling|bore drill|horizontal boring|
        hdd|boring required|any boring|bored|is bore|will you be boring|boring trenchless""",
    "is_trenchless": "trenchless|is trenchless|trenchless excavation|trenchless technology",
    "is_blasting": """blasting|explosives|is blasting|is explosives|use of explosives|
        explosives used|blast|using explosives|explosive|blasting required|
        explosives being used""",
    "white_lines": """marked in white|white lined|white lines|white lining|is white lined|
        white paint|white lines painted|premarked|pre marked|pre marked in white|whitelined|
        white line|white lined area|area marked in white|area whitelined|site marked in white|
        excavation marked in white|white marked|white lined y n|marked with white paint|
        white markings|dig site marked in white|area premarked|white paint or flags|
        delineated""",
    "marked_how": """delineated method|method of marking|premark method|how marked|site marked|
        area marked by|pre mark method|delineation method|site delineated""",
    "depth": """depth|anticipated depth|max depth|depth of excavation|excavation depth|
        work depth|dig depth|maximum depth|approx depth|depth of work|approximate depth|
        depth max|depth ft|depth of dig|trench depth|depth feet|depth inches|depth in""",
    "duration": """duration|work duration|duration of work|est duration|estimated duration|
        length of job|job duration|duration of job|project duration|time to complete|
        expected duration|how long will work take|duration of excavation|days to complete|
        estimated time|duration days|est time to complete""",
    "size": """excavation size|job size|work area size|area size|size of work area|
        size of area|dig area size|size of excavation|excavation dimensions|dimensions|
        area dimensions""",
    "extent": """location of work|extent of work|work area|work area description|
        location description|description of work area|dig area|where on property|area of work|
        location of excavation|dig location|work location|description of location|
        excavation area|site description|location details|location of dig|excavation location|
        area to be located|area to locate|work location description|dig site description|
        dig area description|extent|spot description|location of dig site|locate area|
        location information|dig information|description of work|work description|
        detailed description|scope of work|scope|work details|job details|location""",
    "marking": """marking instructions|locate instructions|locating instructions|instructions|
        mark instructions|locate info|special instructions|marking information|
        instructions to locators|locate description|mark|spotting instructions""",
    "remarks": """remarks|comments|comment|excavator remarks|notes|note|additional info|
        excavator comments|narrative|details|work notes|job notes|general remarks|
        ticket remarks|issue description|field notes|additional comments|additional remarks|
        caller remarks|dispatch notes|call notes|crew notes|wo comments|cad notes|
        incident notes|call comments|notes and comments|remark""",
    # assets and references
    "pole": """pole|pole #|pole id|pole tag|pole tag #|pole numbers|structure #|structure id|
        struct #|pole tag id|poletag|structure|pole struct #|gis pole #|utility pole #|
        pole grid #""",
    "transformer": """transformer|transformer #|transformer id|xfmr|xfmr #|xfmr id|xfrmr|
        transformer bank|transformer gis #|xfmr bank #|trf #|pad mount #|padmount #|
        transformer location #""",
    "meter": """meter|meter #|meter id|mtr|mtr #|meter serial #|elec meter #|gas meter #|
        electric meter #|esi id meter""",
    "work_order": """work order|work order #|wo|wo #|w o #|w o|workorder|work order id|
        workorder #|job|job #|job id|job work order|job work order #|service order|
        service order #|so #|order #|work order ref|work order reference|job order #|wms #|
        work order # job #|order id|maximo #|work ticket #|wo id|sap #|work packet #|
        construction order #|ewo #|ewo|wbs|ref wo|contractor job #""",
    "work_request": """work request|work request #|wr|wr #|project #|project id|wr id|job name|
        sr #|service request #|service request id|case #|case id|notification #|work req #|
        internal job #|tracking #|dwr|dwr #|request id|srn""",
    "incident": """incident #|incident|incident id|event #|cad #|call #|run #|event id|
        cad incident #|inc #|dispatch #|report #""",
    "ticket": """ticket #|ticket|ticket id|locate ticket #|request #|locate #|
        one call ticket #|dig ticket #|locate request #|confirmation #|811 ticket #|notice #|
        texas811 ticket #|one call #|tkt #|serial #""",
    "previous_ticket": """previous ticket #|previous ticket|old ticket #|old ticket|
        prior ticket|prior ticket #|of request #|update of|update of ticket|update of ticket #|
        references ticket|related ticket|related ticket #|ref ticket|ref ticket #|
        reference ticket #|prev ticket #|prev ticket|parent ticket|parent ticket #|
        replaces ticket|last ticket #|original request #|refresh of|update of #""",
    "damage_claim": "damage claim #|claim #|damage #|damage claim",
    "continuation": "continuation reference|continuation of",
    "ticket_type": """ticket type|standard type|type of ticket|notice type|locate type|
        priority type|message type|header type|ticket class|request class|ticket kind""",
    "is_emergency": "is emergency|emergency|emergency y n|emergency ticket",
    "priority": """priority|priority level|urgency|work priority|wo priority|priority code|
        job priority|order priority""",
    "emergency_reason": """emergency justification|reason for emergency|emergency reason|
        nature of emergency|emergency type""",
    # beside the ticket
    "work_start_at": """work begin date|work start|work start date|start date time|start date|
        beginning work date|work date|legal start date|legal on|work on|legal start|
        proposed start|work to begin|start time|begin date|job start|dig date|work begins|
        scheduled start|planned start|start date and time|work begin|date work begins|
        work to begin on|required by|need by|excavation date|dig start|start by|
        work start date time|planned start date|scheduled date|schedule date|
        proposed start date|response due""",
    "expires_at": """expires|expiration date|ticket expiration|expires on|expiration|
        ticket expires|good thru|ticket expiration date|good through|exp date|expire date|
        valid until""",
    "document_created_at": """created|created on|submitted|submitted date|original call date|
        transmit date|call date|date created|created date|ticket created date time|date|
        entered|taken|transmitted|prepared|date taken|call date time|received|issued|
        date issued|created at|wo date|date entered|transmit|ticket date|order date|issue date|
        date of request|entry date""",
    "member_name": "member name|member|recipient|operator name|station name",
    "center": "center name|one call center",
    # known, and nothing here: they end the value before them
    "nothing": """excavator type|excavator id|user|op|operator|map|map page|mapsco|map grid|
        grid|key map|language|station code|utility id|member id|medium|rev #|rev|revision|
        revision #|sequence #|seq #|sequence|transmission id|response required|permit|permit #|
        legal start time|permit type|vacuum|vacuum excavation|pavement only|street sidewalk|
        excavation method|method of excavation|ticket status|status|project name|at time|time|
        premise|units|unit #s|street notes|addl address|best time|trenching|plowing|backhoe|
        other|city limits|message version #|from|to|utility code|user id|dept|subtype|sub type|
        mp|business|feeder|feeder #|circuit|circuit #|substation|crew|crew #|crew size|voltage|
        phase|supervisor phone ext|cost center|account|account #|acct #|acct|charge #|
        premise #|esi id|esiid|district|region|area|division|channel|web|title|signature|
        printed|page|by|hours notice|wo status|source|map link|subject|cc|bcc|sent|issue|
        caller type|equipment|equipment used|machine type|hand dig|is project|job status|grids|
        map ref|map reference|work order status|emergency #|street sidewalk y n|
        private property|in street|right of way|row|lead time|due|due date|response due by|
        locates shall be completed # later than|best time to call|alternate phone|alt phone|
        secondary latitude|secondary longitude|original ticket #|date time|hrs notice|meeting|
        meet|meet date|weather""",
}
