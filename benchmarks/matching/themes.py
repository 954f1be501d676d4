"""Words of the generated topics that no text has to teach: sixteen kinds of events, and cities."""

from __future__ import annotations

THEMES: tuple[tuple[str, ...], ...] = (
    ("ceasefire", "truce", "armistice", "peace talks", "cessation of hostilities", "hostilities", "peace deal", "lull"),
    ("airstrike", "air strike", "bombing", "shelling", "missile", "drone strike", "air raid", "warplane", "artillery"),
    ("attack", "suicide bomber", "car bomb", "explosion", "gunman", "shooting", "militant", "extremist", "blast"),
    ("hostage", "kidnapping", "abducted", "ransom", "captive", "beheading", "prisoner swap", "release"),
    ("protest", "demonstration", "rally", "riot", "tear gas", "demonstrator", "unrest", "march"),
    ("election", "ballot", "vote", "polling station", "candidate", "runoff", "coalition", "campaign"),
    ("coup", "martial law", "state of emergency", "resignation", "parliament", "impeachment", "cabinet"),
    ("earthquake", "aftershock", "tsunami", "landslide", "eruption", "magnitude", "rubble", "rescue workers"),
    ("flood", "hurricane", "storm", "typhoon", "evacuation", "heavy rain", "dam", "damage", "relief"),
    ("outbreak", "virus", "epidemic", "vaccine", "quarantine", "infection", "hospital", "health officials", "disease"),
    ("merger", "takeover", "acquisition", "bid", "stake", "shareholder", "buyout", "shares"),
    ("inflation", "interest rate", "central bank", "deficit", "currency", "recession", "trade", "exports"),
    ("oil", "crude", "pipeline", "barrel", "refinery", "gas field", "output", "energy"),
    ("trial", "court", "verdict", "indictment", "prosecutor", "sentenced", "corruption", "arrest", "lawsuit"),
    ("cyber attack", "hacker", "data breach", "malware", "leak", "password", "espionage", "network"),
    ("refugee", "migrant", "asylum", "border", "camp", "smuggler", "humanitarian aid", "displaced", "convoy"),
)  # fmt: skip

CITIES: tuple[str, ...] = (
    "Aleppo", "Damascus", "Homs", "Hama", "Idlib", "Raqqa", "Mosul", "Baghdad", "Basra", "Kirkuk", "Erbil",
    "Ramadi", "Fallujah", "Tikrit", "Beirut", "Amman", "Jerusalem", "Ramallah", "Gaza", "Cairo", "Alexandria",
    "Tripoli", "Benghazi", "Tunis", "Algiers", "Rabat", "Khartoum", "Juba", "Mogadishu", "Nairobi", "Lagos",
    "Abuja", "Accra", "Dakar", "Bamako", "Niamey", "Kinshasa", "Kigali", "Harare", "Pretoria", "Johannesburg",
    "Tehran", "Isfahan", "Kabul", "Kandahar", "Herat", "Islamabad", "Karachi", "Lahore", "Peshawar", "Delhi",
    "Mumbai", "Kolkata", "Dhaka", "Colombo", "Kathmandu", "Rangoon", "Bangkok", "Hanoi", "Manila", "Jakarta",
    "Seoul", "Pyongyang", "Tokyo", "Osaka", "Beijing", "Shanghai", "Taipei", "Moscow", "Kyiv", "Donetsk", "Luhansk",
    "Odessa", "Minsk", "Warsaw", "Prague", "Budapest", "Bucharest", "Sofia", "Athens", "Istanbul", "Ankara",
    "Izmir", "Vienna", "Berlin", "Munich", "Hamburg", "Paris", "Lyon", "Marseille", "Brussels", "Antwerp",
    "Amsterdam", "Rotterdam", "London", "Manchester", "Dublin", "Glasgow", "Lisbon", "Madrid", "Barcelona", "Rome",
    "Milan", "Naples", "Oslo", "Stockholm", "Copenhagen", "Helsinki", "Riga", "Vilnius", "Tallinn", "Washington",
    "Chicago", "Boston", "Houston", "Dallas", "Denver", "Seattle", "Miami", "Atlanta", "Detroit", "Ottawa",
    "Toronto", "Montreal", "Vancouver", "Havana", "Caracas", "Bogota", "Lima", "Quito", "Santiago", "Montevideo",
    "Sydney", "Melbourne", "Brisbane", "Perth", "Auckland", "Wellington",
)  # fmt: skip
