"""people.csv by Faker, in the usual way: a row a call of its providers.

    people_faker.py COUNT FILE [unweighted]

As Faker comes it draws common names oftener; "unweighted" is its faster setting. Identity numbers are
valid, and nobody sees to it that they are unique.
"""

import csv
import sys

from faker import Faker

LANGUAGES = ["isiZulu", "isiXhosa", "Afrikaans", "English", "Sepedi", "Setswana", "Sesotho", "Xitsonga"]
HEADER = (
    "person_id,id_number,first_name,last_name,sex,date_of_birth,citizenship,home_language,"
    "phone,email,street,suburb,municipality,province,postal_code"
).split(",")


def check_digit(body):
    total = 0
    for place, digit in enumerate(reversed(body)):
        number = int(digit)
        if place % 2 == 0:
            number = number * 2 - 9 if number > 4 else number * 2
        total += number
    return str(-total % 10)


def person(fake, number):
    sex = fake.random_element("FM")
    born_on = fake.date_of_birth(minimum_age=0, maximum_age=110)
    resident = fake.random_int(0, 99) < 4
    sequence = fake.random_int(0, 4999) + (5000 if sex == "M" else 0)
    body = f"{born_on:%y%m%d}{sequence:04d}{int(resident)}8"
    return [
        number,
        body + check_digit(body),
        fake.first_name_female() if sex == "F" else fake.first_name_male(),
        fake.last_name(),
        sex,
        born_on.isoformat(),
        "Permanent resident" if resident else "South African",
        fake.random_element(LANGUAGES),
        fake.numerify("+2700#######"),
        fake.safe_email(),
        fake.street_address(),
        fake.city_suffix(),
        fake.city(),
        fake.country(),
        fake.numerify("####"),
    ]


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    Faker.seed(42)
    fake = Faker("en_GB", use_weighting=sys.argv[3:] != ["unweighted"])
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(person(fake, number) for number in range(1, count + 1))


main()
