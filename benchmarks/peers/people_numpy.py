"""people.csv by numpy and polars, column by column, from the same tables.

    people_numpy.py COUNT FILE

Ages are drawn by group, municipalities and languages by their shares, names by their ranks; identity
numbers are valid and unique but for people a century apart.
"""

import sys
import tomllib
from pathlib import Path

import numpy as np
import polars as pl

TABLES = Path(__file__).parent.parent.parent / "generators" / "data" / "population"
START = np.datetime64("2026-03-02")


def draw(random, weights, count):
    """Places of a list, in proportion to its weights."""
    ends = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(ends / ends[-1], random.random(count), side="right").clip(0, len(ends) - 1)


def births(random, count):
    ages = pl.read_csv(TABLES / "ages.csv")
    weights = np.concatenate([ages["female"].to_numpy(), ages["male"].to_numpy()])
    drawn = draw(random, weights, count)
    is_male, group = np.divmod(drawn, len(ages))
    first, last = ages["age_from_years"].to_numpy()[group], ages["age_to_years"].to_numpy()[group]
    days = ((first + random.random(count) * (last + 1 - first)) * 365.2425).astype(np.int64)
    return is_male, START - days


def identity_numbers(born_on, is_male, is_resident):
    key = born_on.astype("datetime64[D]").astype(np.int64) * 2 + is_male
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    is_first = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    places = np.arange(len(key))
    rank = np.empty_like(places)
    rank[order] = places - np.maximum.accumulate(np.where(is_first, places, 0))
    sequence = rank * 1237 % 5000 + 5000 * is_male
    months = born_on.astype("datetime64[M]")
    year = months.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (born_on.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1
    body = (year % 100 * 10_000 + month * 100 + day) * 1_000_000
    body += sequence * 100 + is_resident * 10 + 8 + rank // 5000
    total, rest = np.zeros(len(key), dtype=np.int64), body.copy()
    for place in range(12):
        rest, digit = np.divmod(rest, 10)
        if place % 2 == 0:
            digit = digit * 2 - 9 * (digit > 4)
        total += digit
    return body * 10 + -total % 10


def names(random, language, is_male, english_indian, count):
    tables = tomllib.loads((TABLES / "names.toml").read_text())
    first, last = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    texts = []

    def fill(column, rows, list_):
        weights = 1 / (np.arange(len(list_)) + 12)
        column[rows] = draw(random, weights, len(rows)) + len(texts)
        texts.extend(list_)

    groups = [(name, np.flatnonzero((language == place) & ~english_indian)) for place, name in enumerate(LANGUAGES)]
    groups.append(("English-Indian", np.flatnonzero(english_indian)))
    for name, rows in groups:
        is_man = is_male[rows] == 1
        fill(first, rows[~is_man], tables[name]["female"])
        fill(first, rows[is_man], tables[name]["male"])
        fill(last, rows, tables[name]["last"])
    texts = pl.Series(texts)
    return texts.gather(first), texts.gather(last)


LANGUAGES = pl.read_csv(TABLES / "languages.csv")["language"].unique(maintain_order=True).to_list()


def residences(random, count):
    municipalities = pl.read_csv(TABLES / "municipalities.csv")
    suburbs = pl.read_csv(TABLES / "suburbs.csv", schema_overrides={"postal_code": pl.String})
    keys = ["province", "municipality"]
    places = suburbs.with_row_index("row").group_by(keys, maintain_order=True).agg(pl.col("row"))
    places = municipalities.join(places, on=keys, how="left", maintain_order="left")
    lists = places["row"].to_list()
    starts = np.cumsum([0] + [len(rows) for rows in lists[:-1]])
    lengths = np.array([len(rows) for rows in lists])
    rows = np.concatenate([np.asarray(rows) for rows in lists])
    home = draw(random, municipalities["population"].to_numpy(), count)
    suburb = rows[starts[home] + (random.random(count) * lengths[home]).astype(np.int64)]
    return municipalities["province"].to_numpy()[home], suburbs[suburb]


def languages(random, province, count):
    table = pl.read_csv(TABLES / "languages.csv")
    drawn = np.empty(count, dtype=np.int64)
    for name in table["province"].unique(maintain_order=True):
        rows = np.flatnonzero(province == name)
        shares = table.filter(pl.col("province") == name)
        places = np.array([LANGUAGES.index(language) for language in shares["language"]])
        drawn[rows] = places[draw(random, shares["percent"].to_numpy(), len(rows))]
    return drawn


def main():
    count, path = int(sys.argv[1]), sys.argv[2]
    random = np.random.default_rng(42)
    is_male, born_on = births(random, count)
    is_resident = random.random(count) < 0.039
    province, suburb = residences(random, count)
    language = languages(random, province, count)
    indian = np.where(province == "KwaZulu-Natal", 0.55, 0.12)
    english_indian = (language == LANGUAGES.index("English")) & (random.random(count) < indian)
    first, last = names(random, language, is_male, english_indian, count)
    streets = pl.Series((TABLES / "streets.txt").read_text().splitlines())
    people = pl.DataFrame(
        {
            "person_id": np.arange(1, count + 1),
            "id_number": identity_numbers(born_on, is_male, is_resident),
            "first_name": first,
            "last_name": last,
            "is_male": is_male,
            "date_of_birth": born_on.astype("datetime64[ms]"),
            "is_resident": is_resident,
            "home_language": pl.Series(LANGUAGES).gather(language),
            "phone": random.integers(0, 10_000_000, count),
            "email_number": random.integers(1, 1000, count),
            "email_domain": pl.Series(["mail", "post", "web", "work"]).gather(random.integers(0, 4, count)),
            "has_email": random.random(count) < 0.6,
            "house_number": random.integers(1, 281, count),
            "street": streets.gather(random.integers(0, len(streets), count)),
            "suburb": suburb["suburb"],
            "municipality": suburb["municipality"],
            "province": suburb["province"],
            "postal_code": suburb["postal_code"],
        }
    )
    letters = pl.concat_str("first_name", pl.lit("."), "last_name").str.to_lowercase().str.replace_all(" ", "", literal=True)
    email = pl.concat_str(letters, pl.col("email_number").cast(pl.String), pl.lit("@"), "email_domain", pl.lit(".example"))
    people.lazy().select(
        "person_id",
        pl.col("id_number").cast(pl.String).str.zfill(13),
        "first_name",
        "last_name",
        pl.when(pl.col("is_male") == 1).then(pl.lit("M")).otherwise(pl.lit("F")).alias("sex"),
        pl.col("date_of_birth").cast(pl.Date),
        pl.when("is_resident").then(pl.lit("Permanent resident")).otherwise(pl.lit("South African")).alias("citizenship"),
        "home_language",
        pl.concat_str(pl.lit("+2700"), pl.col("phone").cast(pl.String).str.zfill(7)).alias("phone"),
        pl.when("has_email").then(email).otherwise(pl.lit("")).alias("email"),
        pl.concat_str(pl.col("house_number").cast(pl.String), pl.lit(" "), "street").alias("street"),
        "suburb",
        "municipality",
        "province",
        "postal_code",
    ).collect().write_csv(path)


main()
