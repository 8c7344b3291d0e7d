"""Invented people, places and identifiers: names of trees and herbs, numbers that pass their check digits."""

from datetime import date
from random import Random

from revcycle.domain.person import Address, Person

_LAST = (
    "Alderwood", "Ashgrove", "Bayberry", "Beechley", "Birchall", "Bramblewood", "Briarton", "Burdock",
    "Catalpa", "Cedarquist", "Chestermint", "Clovermere", "Coppice", "Cypressa", "Dogwood", "Elderfield",
    "Elmsworth", "Fernsby", "Fescue", "Firthorn", "Foxglove", "Ginkgold", "Gorseley", "Hackberry",
    "Hawthornby", "Hazelton", "Hemlockson", "Hickorin", "Hollyhock", "Ironwood", "Ivyworth", "Junipero",
    "Larchmont", "Larkspur", "Laurelby", "Lindenau", "Locustson", "Madronado", "Magnolian", "Maplethorpe",
    "Mulberrin", "Myrtleby", "Nettlebrook", "Oakhollow", "Palmetto", "Pawpawley", "Pecanby", "Pinewright",
    "Poplarson", "Primrosen", "Quinceby", "Redbudson", "Rosemarin", "Rowanby", "Sagebrook", "Sassafrin",
    "Sequoyen", "Sorrelson", "Spruceley", "Sumacson", "Sycamorey", "Tamarack", "Thistlewood", "Thymeson",
    "Walnutley", "Willowmere", "Wisterian", "Yarrowby", "Yewbank", "Zinniason",
)  # fmt: skip
_FEMALE = (
    "Acacia", "Amaryllis", "Azalea", "Begonia", "Camellia", "Clementine", "Dahlia", "Flora", "Gardenia",
    "Hyacinth", "Iris", "Jasmine", "Lilac", "Linnea", "Marigold", "Olive", "Pansy", "Petunia", "Posy",
    "Saffron", "Tansy", "Verbena", "Violet", "Zinnia",
)  # fmt: skip
_MALE = (
    "Alder", "Ash", "Aspen", "Basil", "Bay", "Birch", "Bracken", "Cedar", "Corin", "Dill", "Elm", "Fennel",
    "Forrest", "Glen", "Heath", "Jarrah", "Linden", "Oakley", "Reed", "Rowan", "Rush", "Sorrel", "Teak",
    "Yarrow",
)  # fmt: skip
_STREETS = (
    "Acorn", "Bark", "Burr", "Catkin", "Cone", "Leaf", "Moss", "Needle", "Petal", "Root", "Seedling", "Stem",
    "Twig", "Vine",
)  # fmt: skip
_TOWNS = (("Fernhollow", "OH", "43003"), ("Mosswick", "OH", "43007"), ("Barkley Falls", "OH", "43019"))
_NPI_PREFIX = "80840"


def luhn_digit(digits: str) -> str:
    """Return the check digit that makes the digits pass the Luhn test."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def npi(serial: int) -> str:
    """Return a valid national provider identifier for a serial number up to eight digits."""
    first_nine = f"1{serial:08d}"
    return first_nine + luhn_digit(_NPI_PREFIX + first_nine)


def draw_address(random: Random) -> Address:
    """Return a household's address."""
    city, state, postal_code = random.choice(_TOWNS)
    return Address(f"{random.randint(1, 999)} {random.choice(_STREETS)} St", city, state, postal_code)


def draw_last_name(random: Random) -> str:
    """Return a family's name."""
    return random.choice(_LAST)


def draw_person(
    random: Random, last_name: str, address: Address, today: date, ages: tuple[int, int], taken: set[str]
) -> Person:
    """Return somebody of an age in the range, with a first name nobody in ``taken`` has (it is added)."""
    sex = random.choice("FM")
    names = [name for name in (_FEMALE if sex == "F" else _MALE) if name not in taken]
    first_name = random.choice(names)
    taken.add(first_name)
    birth_date = date(today.year - random.randint(*ages) - 1, random.randint(1, 12), random.randint(1, 28))
    return Person(last_name, first_name, birth_date, sex, address=address)


def age_on(person: Person, day: date) -> int:
    """Return the age in whole years."""
    born = person.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
