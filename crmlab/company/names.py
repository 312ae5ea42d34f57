"""Parts of which names of people, streets and firms are made; the family names are invented."""

FIRST_NAMES = (
    *("Ana", "Ben", "Mia", "Leo", "Zoé", "Ivo", "Lena", "Omar", "Tara", "Noah", "Mei", "Jonas"),
    *("Sara", "Hugo", "Nina", "Emil", "Aya", "Felix", "Clara", "Ravi", "Ida", "Paul", "Yara"),
    *("Tom", "Elin", "Kofi", "Rosa", "Max", "Lin", "Oscar", "Vera", "Amir", "Greta", "Luka"),
    *("Nora", "Sven", "Maya", "Theo", "Inès", "Karl", "Lucy", "Dana", "Piet", "Hana", "Erik"),
    *("Alma", "Jun", "Tilda", "Marek", "Edith", "Samir", "Olga", "Bruno", "Wren", "Jürgen"),
)

_BEGINNINGS = (
    *("Al", "Ber", "Cor", "Dal", "Fen", "Gar", "Hol", "Ker", "Lin", "Mar"),
    *("Nor", "Os", "Pel", "Ros", "Sal", "Tor", "Ul", "Ver", "Wen", "Zan"),
)
_ENDINGS = (
    *("dova", "beck", "mond", "essen", "wick", "otte", "lund", "eras", "novic", "wold"),
    *("ani", "sted", "quist", "oux", "ello", "gate", "ström", "mére"),
)
FAMILY_NAMES = tuple(
    _BEGINNINGS[(7 * place + step) % len(_BEGINNINGS)] + _ENDINGS[place]
    for step in range(len(_BEGINNINGS))
    for place in range(len(_ENDINGS))
)

STREETS = tuple(
    f"{tree} {way}"
    for tree in ("Lantern", "Mill", "Harbour", "Orchard", "Kiln", "Willow", "Foundry", "Heron")
    for way in ("Street", "Road", "Lane", "Square")
)

FIRM_WORDS = (
    *("Blue", "Copper", "Golden", "North", "Little", "Old", "Silver", "Three", "Green", "Quiet"),
    *("Amber", "Stone", "Royal", "Sunny", "Iron", "Paper", "Marble", "Velvet"),
)
FIRM_NAMES = (
    *("Kettle", "Oven Café", "Bridge Hotel", "Bakery", "Office Supply", "Tea Room", "Deli"),
    *("Garden Centre", "Print Works", "Book Shop", "Harbour Inn", "Studio", "Canteen"),
)
# as the register writes it, and as others do
LEGAL_FORMS = {"Ltd": "Limited", "Inc.": "Incorporated", "GmbH": "G.m.b.H.", "LLC": "L.L.C."}

EMAIL_HOSTS = ("example.com", "example.net", "example.org")

OCCUPATIONS = ("teacher", "nurse", "clerk", "driver", "student", "engineer", "cook", "retired")
SECTORS = ("music", "running", "gardens", "films", "cooking", "chess", "travel")
REMARKS = (
    *("likes the window seat", "oat milk", "always in a hurry", "talks a lot, be patient"),
    *("diabetic, no sugar", "separated since spring", "has a new baby", "pregnant, no coffee"),
    *("goes to church on Sundays", "friend of the mayor", "pays late", "easily angry"),
)
