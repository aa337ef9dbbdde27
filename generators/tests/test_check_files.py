#!/usr/bin/env python3
"""Self-test of check_files.py: a good set of files passes, and each check finds a fault planted for it.

    python3 -m unittest test_check_files
"""

import contextlib
import hashlib
import io
import json
import shutil
import subprocess
import tempfile
import unittest
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import check_files

START, DAYS = date(2025, 2, 27), 4  # who was born on 29 February 1960 becomes 65 on 1 March
ZONES = {"AAA": "Africa/Johannesburg", "BBB": "Europe/London"}
DATES = [START + timedelta(days=n) for n in range(DAYS)]
NETWORK = """
[flow.kind.emergency]
beds_per_nurse_day = 4
beds_per_nurse_night = 4
beds_per_doctor_day = 8
beds_per_doctor_night = 8

[flow.kind.medicine]
beds_per_nurse_day = 3
beds_per_nurse_night = 6
beds_per_doctor_day = 6.5
beds_per_doctor_night = 12
""" + "".join(
    f"""
[[hospital]]
code = "{code}"
time_zone = "{zone}"

[[hospital.department]]
code = "EMER"
name = "Emergency"
kind = "emergency"
ward = [{{ code = "E1", beds = 4 }}]

[[hospital.department]]
code = "MED"
name = "Medicine"
kind = "medicine"
ward = [{{ code = "M1", beds = 4 }}, {{ code = "M2", beds = 2 }}]
"""
    for code, zone in ZONES.items()
)
TABLES = {
    "departments.csv": check_files.DEPARTMENTS,
    "people.csv": check_files.PEOPLE,
    "staff.csv": check_files.STAFF,
    "assigned_staff.csv": check_files.ASSIGNED,
    "hospital_patients.csv": check_files.PATIENTS,
    "patients.csv": check_files.SNAPSHOT,
    "encounters.csv": check_files.ENCOUNTERS,
    **check_files.LINE_TABLES,
}


def table_of(name):
    return TABLES[name.rpartition("/")[2] if name.startswith("ehr/") else name]


def id_number(born, serial, citizenship=0):
    """An ID number, with the check digit worked out digit by digit."""
    digits = f"{born:%y%m%d}{serial:04}{citizenship}8"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def ehr(day, hospital, kind):
    """Name of a file of the day with this number, from 1."""
    return f"ehr/{DATES[day - 1]}/{hospital}/{kind}"


def at(day, hospital, hour, minute=0):
    """A time of local clock on the day with this number, in UTC."""
    on = START + timedelta(days=day - 1)
    local = datetime(on.year, on.month, on.day, hour, minute, tzinfo=ZoneInfo(ZONES[hospital]))
    return local.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Files:
    """A good set of files as rows of dictionaries, to be spoilt and then written."""

    def __init__(self):
        self.rows = {}  # name -> list of dictionaries
        self.staff_count = 0
        self.rows["departments.csv"] = [
            dict(hospital_code=hospital, department_code=code, name=name, kind=name.lower(), beds=beds)
            for hospital in ZONES
            for code, name, beds in (("EMER", "Emergency", "4"), ("MED", "Medicine", "6"))
        ]
        self.make_people()
        self.make_staff()
        self.make_patients()
        for day in range(1, DAYS + 1):
            for hospital in ZONES:
                self.make_day(day, hospital)
        self.make_encounters()

    # People 1 to 100 are staff, 101 to 290 patients; the last two were born on one date, a century apart.
    def make_people(self):
        births = [date(1980, 1, 1) + timedelta(days=37 * n) for n in range(300)]
        births[0], births[4] = date(1960, 2, 29), date(1960, 2, 28)  # 65 on days 3 and 2
        births[298], births[299] = date(1920, 2, 1), date(2020, 2, 1)
        births[199] = date(1921, 3, 1)  # a patient of 103 years
        rows = self.rows["people.csv"] = []
        for n, born in enumerate(births, 1):
            citizenship = int(n % 20 == 0)
            rows.append({
                "person_id": str(n),
                "id_number": id_number(born, n if n % 2 else 5000 + n, citizenship),
                "first_name": "Zoë" if n % 3 else "Thabo",
                "last_name": f"van der {'ABCDEFGHIJ'[n % 10]}",
                "sex": "F" if n % 2 else "M",
                "date_of_birth": born.isoformat(),
                "citizenship": ("South African", "Permanent resident")[citizenship],
                "home_language": ("isiZulu", "Afrikaans", "Other")[n % 3],
                "phone": f"+2700{n:07}",
                "email": f"person.{n}@mail.example" if n % 4 else "",
                "street": f"{n} Long Street",
                "suburb": "Melville",
                "municipality": "Johannesburg",
                "province": "Gauteng",
                "postal_code": "2092",
            })

    def person(self, number):
        return self.rows["people.csv"][number - 1]

    def hire(self, role, hospital, department, shift, slot, starts="2020-01-01", ends="", replaces=""):
        """A member of staff, who is the next person, with an assignment; gives the `staff_id`."""
        self.staff_count += 1
        number = self.staff_count
        registration = {"doctor": "MP{:07}", "nurse": "{:08}", "physiotherapist": "PT{:07}", "pharmacist": "P{:05}"}
        specialty = department if role in ("doctor", "nurse") else ""
        staff = {"staff_id": f"S{number:06}", "person_id": str(number), "role": role, "specialty": specialty}
        staff |= {name: self.person(number)[name] for name in check_files.AS_PERSON}
        staff |= {"registration_number": registration.get(role, "").format(number), "hired_on": "2010-01-01"}
        self.rows["staff.csv"].append(staff)
        self.rows["assigned_staff.csv"].append({
            "assignment_id": f"A{number:06}", "staff_id": staff["staff_id"], "hospital_code": hospital,
            "department_code": department, "role": role, "specialty": specialty, "shift": shift,
            "roster_slot": str(slot), "starts_on": starts, "ends_on": ends, "replaces_staff_id": replaces,
        })
        return staff["staff_id"]

    def make_staff(self):
        self.rows["staff.csv"], self.rows["assigned_staff.csv"] = [], []
        retiring = self.hire("nurse", "AAA", "MED", "rotating", 0, ends="2025-03-01")
        self.hire("nurse", "AAA", "MED", "rotating", 0, starts="2025-03-01", replaces=retiring)
        self.hire("porter", "BBB", "MED", "night", 3)
        self.hire("physiotherapist", "BBB", "MED", "day", 3)
        retiring = self.hire("pharmacist", "BBB", "MED", "day", 5, ends="2025-02-28")
        self.hire("pharmacist", "BBB", "MED", "day", 5, starts="2025-02-28", replaces=retiring)
        for hospital in ZONES:
            for department in ("EMER", "MED"):
                for slot in (0, 2, 4, 6):
                    self.hire("doctor", hospital, department, "rotating", slot)
                    self.hire("nurse", hospital, department, "rotating", slot)
                    if department == "MED" and (hospital, slot) != ("AAA", 0):
                        self.hire("nurse", hospital, department, "rotating", slot)
        self.hire("clerk", "AAA", "EMER", "day", 1)

    def make_patients(self):
        rows = self.rows["hospital_patients.csv"] = []
        for hospital, first in (("AAA", 101), ("BBB", 191)):  # 191 to 200 are at both
            for n in range(first, first + 100):
                rows.append({
                    "patient_id": f"P{n - first + 1}", "person_id": str(n), "hospital_code": hospital,
                    "registered_on": "2024-02-29", "blood_type": ("O+", "AB-")[n % 2], "medical_scheme": "State",
                    "next_of_kin_phone": "+27000000001", "chronic_conditions": ("", "E11.9;I10")[n % 2],
                })

    def make_day(self, day, hospital):
        """A snapshot. P7 leaves on day 2 and is back on day 3; P30 of AAA dies on day 3; two rows change a day."""
        rows = self.rows[ehr(day, hospital, "patients.csv")] = []
        for patient in self.rows["hospital_patients.csv"]:
            number = int(patient["patient_id"][1:])
            gone = number == 7 and day == 2 or (number, hospital) == (30, "AAA") and day >= 3
            if patient["hospital_code"] != hospital or gone:
                continue
            row = {name: (self.person(int(patient["person_id"])) | patient).get(name) for name in
                   check_files.SNAPSHOT.columns}
            married = number - 40 in range(2, 2 * day)  # two more each day
            row["marital_status"] = "Married" if married else "Single"
            row["updated_on"] = DATES[(number - 40) // 2].isoformat() if married else row["registered_on"]
            rows.append(row)
        for kind in check_files.EHR_FILES[1:]:
            self.rows[ehr(day, hospital, kind)] = []

    def make_encounters(self):
        self.stay("AAA", "1", "P1", (-5, 10), None)
        self.stay("AAA", "2", "P2", (1, 9), (2, 5))  # discharged by night, by whoever began the evening before
        self.stay("AAA", "3", "P30", (2, 1), (3, 23), died=True)
        self.stay("BBB", "1", "P2", (1, 1), (2, 12))  # the same person as P92 of AAA
        self.stay("AAA", "5", "P92", (2, 15), None)
        self.stay("BBB", "6", "P3", (4, 0), None)

    def stay(self, hospital, encounter, patient, admitted, discharged, died=False):
        """An encounter, with a row on each day when it is open, and a line of each kind on each of these."""
        first, last = max(admitted[0], 1), discharged[0] if discharged else DAYS
        for line, day in enumerate(range(first, last + 1), 1):
            closed = discharged is not None and day == last
            left = at(*discharged[:1], hospital, discharged[1]) if closed else ""
            key = {"encounter_id": encounter, "patient_id": patient}
            self.rows[ehr(day, hospital, "encounters.csv")].append(key | {
                "admission_type": "emergency", "admission_source": "home",
                "admitted_at": at(admitted[0], hospital, admitted[1]),
                "first_location_at": at(admitted[0], hospital, admitted[1], 30),
                "department_code": "MED", "ward": "M2", "bed": "1",
                "attending_staff_id": self.doctor(hospital), "discharged_at": left, "last_location_left_at": left,
                "disposition": ("died" if died else "home") if closed else "",
                "died": str(died).lower() if closed else "",
            })
            hour = admitted[1] if day == admitted[0] else 0
            self.lines(day, hospital, key | {"line_number": str(line)}, at(day, hospital, hour, 45))

    def doctor(self, hospital):
        return next(row["staff_id"] for row in self.rows["assigned_staff.csv"]
                    if row["hospital_code"] == hospital and row["role"] == "doctor")

    def lines(self, day, hospital, key, moment):
        for kind, columns in {
            "diagnoses.csv": {"icd10": "J18.9", "description": "Pneumonia", "rank": "principal",
                              "diagnosed_at": moment},
            "procedures.csv": {"code": "93.90", "description": "Ventilation", "performed_at": moment,
                               "staff_id": self.doctor(hospital)},
            "medications.csv": {"atc": "J01CA04", "name": "Amoxicillin", "dose": "500 mg", "route": "oral",
                                "frequency": "3/d", "quantity": "2", "started_at": moment},
            "charges.csv": {"item_code": "X1", "description": "Bed", "quantity": "3", "unit_price_cents": "1050",
                            "amount_cents": "3150", "charged_at": moment},
        }.items():
            if kind == "diagnoses.csv" and key["line_number"] != "1":
                columns["rank"] = "secondary"
            self.rows[ehr(day, hospital, kind)].append(key | columns)

    def row(self, name, **values):
        """The one row with these values, or the first."""
        return next(row for row in self.rows[name] if all(row[key] == value for key, value in values.items()))

    def drop(self, name, **values):
        self.rows[name].remove(self.row(name, **values))

    def write(self, folder):
        """Writes network.toml and, in `files`, all files with their manifests and the summary."""
        (folder / "network.toml").write_text(NETWORK)
        self.root = folder / "files"
        entries = {name: self.write_csv(name) for name in self.rows}
        for number, day in enumerate(DATES, 1):
            for hospital in ZONES:
                if (self.root / ehr(number, hospital, "")).is_dir():
                    self.write_manifest(number, day, hospital, entries)
        self.write_json("manifest.json", {
            "schema_version": 1, "date": (START - timedelta(days=1)).isoformat(), "extracted_at": at(1, "BBB", 0),
            "files": [entries[name] | {"name": name} for name in check_files.TOP_FILES if name in entries],
        })
        self.write_json("summary.json", {"files": [entry | {"name": name} for name, entry in entries.items()]})

    def write_csv(self, name):
        columns = table_of(name).columns
        lines = [",".join(columns)] + [",".join(row[column] for column in columns) for row in self.rows[name]]
        data = "".join(line + "\n" for line in lines).encode()
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_bytes(data)
        return {"rows": len(self.rows[name]), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    def write_manifest(self, number, day, hospital, entries):
        self.write_json(ehr(number, hospital, "manifest.json"), {
            "schema_version": 1, "hospital_code": hospital, "date": day.isoformat(),
            "extracted_at": at(number + 1, hospital, 0),
            "files": [entries[ehr(number, hospital, kind)] | {"name": kind} for kind in check_files.EHR_FILES
                      if ehr(number, hospital, kind) in entries],
        })

    def write_json(self, name, value):
        (self.root / name).write_text(json.dumps(value))

    def edit_json(self, name, edit):
        value = json.loads((self.root / name).read_text())
        edit(value)
        self.write_json(name, value)


PLANTED = []  # (rules that must fail, function, whether it works on the written files)


def plants(*rules, written=False):
    """Registers a function that plants a fault, with the rules that must fail by it, and no others."""

    def register(function):
        PLANTED.append((set(rules), function, written))
        return function

    return register


# --- the folder ---


@plants("files.present")
def no_staff_file(files):
    del files.rows["staff.csv"]


@plants("files.partial", written=True)
def partial_file(files):
    (files.root / "people.csv.partial").write_text("")


@plants("files.text", "files.summary", "network.manifest", written=True)
def no_line_feed_at_the_end(files):
    path = files.root / "people.csv"
    path.write_bytes(path.read_bytes()[:-1])


@plants("files.text")
def control_character(files):
    files.row("people.csv", person_id="300")["first_name"] = "Tha\tbo"


@plants("files.text")
def control_character_of_two_bytes(files):
    files.row("people.csv", person_id="300")["first_name"] = "Tha\x85bo"


@plants("files.text", "files.summary", "network.manifest", written=True)
def not_utf8(files):
    path = files.root / "people.csv"
    path.write_bytes(b"\xeb".join(path.read_bytes().rsplit("ë".encode(), 1)))


@plants("files.zstd", written=True)
def broken_zst(files):
    path = files.root / "people.csv"
    data = subprocess.run(["zstd", "-c", "-q", str(path)], stdout=subprocess.PIPE, check=True).stdout
    path.unlink()
    Path(f"{path}.zst").write_bytes(data[:-1])


@plants("files.zstd", written=True)
def both_forms(files):
    (files.root / "people.csv.zst").write_bytes(b"")


@plants("files.summary", written=True)
def wrong_sum(files):
    files.edit_json("summary.json", lambda value: value["files"][0].update(sha256="0" * 64))


@plants("files.summary", written=True)
def file_not_in_summary(files):
    files.edit_json("summary.json", lambda value: value["files"].pop())


# --- header and forms ---


def swap_columns(files, name):
    path = files.root / name
    header, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(b",".join(reversed(header.split(b","))) + b"\n" + rest)


for _name, _rules in (
    ("departments.csv", {"network.columns", "files.summary", "network.manifest"}),
    ("people.csv", {"people.columns", "files.summary", "network.manifest"}),
    ("staff.csv", {"staff.columns", "files.summary", "network.manifest"}),
    ("assigned_staff.csv", {"assignments.columns", "files.summary", "network.manifest"}),
    ("hospital_patients.csv", {"patients.columns", "files.summary", "network.manifest"}),
    (ehr(1, "AAA", "charges.csv"), {"ehr.columns", "files.summary", "ehr.manifest"}),
):
    PLANTED.append((_rules, lambda files, name=_name: swap_columns(files, name), True))

for _name, _field, _value in (
    ("departments.csv", "beds", "many"),
    ("people.csv", "phone", "+27110000001"),
    ("people.csv", "email", "someone@mail.example.com"),
    ("people.csv", "postal_code", "123"),
    ("people.csv", "suburb", '"Melville"'),
    ("people.csv", "street", "1 Long Street,Flat 2"),
    ("staff.csv", "role", "surgeon"),
    ("assigned_staff.csv", "roster_slot", "8"),
    ("hospital_patients.csv", "blood_type", "C+"),
    (ehr(1, "AAA", "patients.csv"), "marital_status", "Unknown"),
    (ehr(1, "AAA", "encounters.csv"), "admitted_at", "2025-02-27 10:00:00"),
    (ehr(2, "AAA", "diagnoses.csv"), "icd10", "11"),
):
    def _spoil(files, name=_name, field=_field, value=_value):
        files.rows[name][-1][field] = value

    PLANTED.append(({f"{table_of(_name).group}.forms"}, _spoil, False))


# --- what the network delivers ---


@plants("network.departments")
def department_with_other_beds(files):
    files.rows["departments.csv"][3]["beds"] = "5"


@plants("network.departments")
def department_missing(files):
    files.rows["departments.csv"].pop()


@plants("network.departments")
def department_too_many(files):
    files.rows["departments.csv"].append(dict(files.rows["departments.csv"][0]))


@plants("network.manifest", written=True)
def network_manifest_missing(files):
    (files.root / "manifest.json").unlink()


for _key, _value in (
    ("date", "2025-02-27"),
    ("extracted_at", at(1, "AAA", 0)),
    ("hospital_code", "AAA"),
    ("schema_version", 2),
):
    def _edit(files, key=_key, value=_value):
        files.edit_json("manifest.json", lambda manifest: manifest.update({key: value}))

    PLANTED.append(({"network.manifest"}, _edit, True))


@plants("network.manifest", written=True)
def file_not_in_network_manifest(files):
    files.edit_json("manifest.json", lambda value: value["files"].pop())


# --- people.csv ---


@plants("people.person_id")
def person_numbers_swapped(files):
    a, b = files.person(299), files.person(300)
    a["person_id"], b["person_id"] = b["person_id"], a["person_id"]


@plants("people.id_number")
def wrong_check_digit(files):
    row = files.person(300)
    row["id_number"] = row["id_number"][:-1] + str((int(row["id_number"][-1]) + 1) % 10)


@plants("people.id_number")
def wrong_second_last_digit(files):
    row = files.person(300)
    number = row["id_number"]
    for last in "0123456789":  # with a check digit that holds
        if check_files.luhn_holds(int(number[:11] + "7" + last)):
            row["id_number"] = number[:11] + "7" + last


@plants("people.id_number", "people.id_number_agrees")
def id_number_of_no_date(files):
    row = files.person(300)
    for last in "0123456789":
        number = "201301" + row["id_number"][6:12] + last
        if check_files.luhn_holds(int(number)):
            row["id_number"] = number


@plants("people.id_number_agrees")
def wrong_sex(files):
    files.person(300)["sex"] = "F"


@plants("people.id_number_agrees")
def wrong_citizenship(files):
    files.person(299)["citizenship"] = "Permanent resident"


@plants("people.age")
def too_old(files):
    files.person(299)["date_of_birth"] = "1914-02-27"
    files.person(299)["id_number"] = id_number(date(1914, 2, 27), 299)


@plants("people.age")
def not_born_yet(files):
    files.person(299)["date_of_birth"] = "2025-02-28"
    files.person(299)["id_number"] = id_number(date(2025, 2, 28), 299)


@plants("people.unique")
def same_number_in_another_century(files):
    files.person(300).update(
        id_number=files.person(299)["id_number"], sex="F", citizenship="South African", date_of_birth="2020-02-01"
    )


@plants("people.languages")
def thirteen_languages(files):
    for n in range(1, 14):
        files.person(100 + n)["home_language"] = f"Language {n}"


# --- staff.csv ---


@plants("staff.unique")
def one_person_twice_on_the_staff(files):
    files.rows["staff.csv"].append(files.row("staff.csv", role="porter") | {"staff_id": "S999999"})


@plants("staff.person")
def another_name(files):
    files.row("staff.csv")["last_name"] = "Nobody"


@plants("staff.registration_number")
def registration_of_another_role(files):
    files.row("staff.csv", role="doctor")["registration_number"] = "PT0000001"


@plants("staff.registration_number")
def registered_clerk(files):
    files.row("staff.csv", role="clerk")["registration_number"] = "MP0000001"


@plants("staff.registration_unique")
def same_registration(files):
    doctors = [row for row in files.rows["staff.csv"] if row["role"] == "doctor"]
    doctors[0]["registration_number"] = doctors[1]["registration_number"]


@plants("staff.specialty")
def specialist_porter(files):
    files.row("staff.csv", role="porter")["specialty"] = "MED"
    files.row("assigned_staff.csv", role="porter")["specialty"] = "MED"


def make_born(files, row, born):
    """Gives a member of staff another birth date, in both files."""
    person = files.person(int(row["person_id"]))
    person.update(date_of_birth=born.isoformat(), id_number=id_number(born, 1 if person["sex"] == "F" else 5001))
    row.update({name: person[name] for name in check_files.AS_PERSON})


@plants("staff.age", "staff.hired_on")
def young_doctor(files):
    make_born(files, files.row("staff.csv", role="doctor"), date(2005, 1, 1))


@plants("staff.age")
def old_doctor(files):
    make_born(files, files.row("staff.csv", role="doctor"), date(1960, 2, 26))


@plants("staff.hired_on")
def hired_too_young(files):
    files.row("staff.csv", role="doctor")["hired_on"] = "2001-01-01"


@plants("staff.hired_on")
def hired_after_the_first_day(files):
    files.row("staff.csv", role="doctor")["hired_on"] = "2020-01-02"


# --- assigned_staff.csv ---


@plants("assignments.unique")
def same_assignment_id(files):
    files.rows["assigned_staff.csv"][0]["assignment_id"] = "A000004"


@plants("assignments.references")
def unknown_staff(files):
    files.row("assigned_staff.csv", role="porter")["staff_id"] = "S999999"


@plants("assignments.references")
def other_role(files):
    files.row("assigned_staff.csv", role="porter")["role"] = "clerk"


@plants("assignments.ends_on", "assignments.replacement")
def works_on_after_65(files):
    files.row("assigned_staff.csv", ends_on="2025-02-28")["ends_on"] = ""


@plants("assignments.ends_on", "assignments.replacement")
def ends_before_65(files):
    files.row("assigned_staff.csv", role="porter")["ends_on"] = "2025-02-28"


@plants("assignments.ends_on")
def born_on_29_february_retires_on_28(files):
    files.row("assigned_staff.csv", ends_on="2025-03-01")["ends_on"] = "2025-02-28"
    files.row("assigned_staff.csv", starts_on="2025-03-01")["starts_on"] = "2025-02-28"


@plants("assignments.days")
def starts_late_in_nobodys_place(files):
    files.row("assigned_staff.csv", role="porter")["starts_on"] = "2025-02-28"


@plants("assignments.replacement")
def gap_before_the_replacement(files):
    files.row("assigned_staff.csv", starts_on="2025-02-28")["starts_on"] = "2025-03-01"


@plants("assignments.replacement")
def replacement_in_another_slot(files):
    files.row("assigned_staff.csv", starts_on="2025-02-28")["roster_slot"] = "6"


@plants("assignments.replacement")
def replaces_nobody_who_left(files):
    files.row("assigned_staff.csv", role="porter")["replaces_staff_id"] = "S000001"


@plants("assignments.one_place")
def two_places_at_once(files):
    porter = files.row("assigned_staff.csv", role="porter")
    files.rows["assigned_staff.csv"].append(porter | {"assignment_id": "A999999", "department_code": "EMER"})


def move(files, role, hospital, department, **values):
    """Changes all assignments of a role in a department, or with `every`, each second of them."""
    own = [row for row in files.rows["assigned_staff.csv"] if row["role"] == role
           and (row["hospital_code"], row["department_code"]) == (hospital, department) and not row["ends_on"]]
    for row in own[:: values.pop("every", 1)]:
        row.update(values)


@plants("assignments.cover")
def all_doctors_in_one_slot(files):
    move(files, "doctor", "AAA", "EMER", roster_slot="0")


@plants("assignments.cover")
def half_of_the_nurses(files):
    move(files, "nurse", "BBB", "MED", every=2, department_code="EMER")


@plants("assignments.cover")
def nobody_by_night(files):
    move(files, "doctor", "AAA", "EMER", shift="day")


# --- hospital_patients.csv ---


@plants("patients.references")
def patient_is_nobody(files):
    files.rows["hospital_patients.csv"].append(
        files.rows["hospital_patients.csv"][-1] | {"patient_id": "P900", "person_id": "301"}
    )


@plants("patients.references")
def patient_of_no_hospital(files):
    files.rows["hospital_patients.csv"].append(
        files.rows["hospital_patients.csv"][-1] | {"patient_id": "P900", "hospital_code": "CCC"}
    )


@plants("patients.unique")
def same_patient_id(files):
    files.rows["hospital_patients.csv"].append(files.rows["hospital_patients.csv"][-1] | {"person_id": "292"})


@plants("patients.unique")
def registered_twice(files):
    files.rows["hospital_patients.csv"].append(files.rows["hospital_patients.csv"][-1] | {"patient_id": "P900"})


@plants("patients.registered_on")
def registered_before_birth(files):
    files.rows["hospital_patients.csv"][-1]["registered_on"] = "1950-01-01"


@plants("patients.registered_on")
def registered_after_the_start(files):
    files.rows["hospital_patients.csv"][-1]["registered_on"] = "2025-02-28"


@plants("patients.blood_type", "ehr.snapshot_identity")
def two_blood_types(files):
    files.row("hospital_patients.csv", person_id="191", hospital_code="BBB")["blood_type"] = "B+"
    for day in range(1, DAYS + 1):
        files.row(ehr(day, "BBB", "patients.csv"), patient_id="P1")["blood_type"] = "B+"


@plants("patients.chronic_conditions")
def conditions_in_disorder(files):
    files.rows["hospital_patients.csv"][-1]["chronic_conditions"] = "I10;E11.9"


@plants("patients.two_hospitals", "ehr.snapshot_identity")
def nobody_at_two_hospitals(files):
    rows = [row for row in files.rows["hospital_patients.csv"] if row["hospital_code"] == "BBB"]
    for person, row in enumerate(rows, 201):
        row["person_id"] = str(person)


# --- ehr: folders, manifests ---


@plants("ehr.folders", "files.summary", written=True)
def no_folder(files):
    shutil.rmtree(files.root / ehr(4, "BBB", ""))


@plants("ehr.folders", "ehr.manifest")
def no_charges(files):
    del files.rows[ehr(4, "BBB", "charges.csv")]


@plants("ehr.folders", written=True)
def folder_of_another_date(files):
    (files.root / "ehr/2025-03-03/AAA").mkdir(parents=True)


@plants("ehr.rows", "ehr.manifest", "files.summary", written=True)
def no_charges_at_all(files):
    for path in files.root.glob("ehr/*/*/charges.csv"):
        path.write_text(check_files.LINE_TABLES["charges.csv"].header.decode() + "\n")


@plants("ehr.manifest", written=True)
def wrong_count_in_manifest(files):
    files.edit_json(ehr(2, "AAA", "manifest.json"), lambda value: value["files"][0].update(rows=1))


@plants("ehr.manifest", written=True)
def file_not_in_manifest(files):
    files.edit_json(ehr(2, "AAA", "manifest.json"), lambda value: value["files"].pop())


@plants("ehr.manifest", written=True)
def unknown_schema(files):
    files.edit_json(ehr(2, "AAA", "manifest.json"), lambda value: value.update(schema_version=2))


@plants("ehr.extract_time", written=True)
def midnight_of_another_zone(files):
    files.edit_json(ehr(2, "AAA", "manifest.json"), lambda value: value.update(extracted_at="2025-03-01T00:00:00Z"))


# --- ehr: snapshots ---


@plants("ehr.snapshot_patient")
def unknown_patient(files):
    rows = files.rows[ehr(2, "AAA", "patients.csv")]
    rows.append(rows[-1] | {"patient_id": "P900"})


@plants("ehr.snapshot_patient")
def patient_twice_in_a_snapshot(files):
    rows = files.rows[ehr(2, "AAA", "patients.csv")]
    rows.append(rows[-1])


@plants("ehr.snapshot_identity")
def another_id_number(files):
    row = files.rows[ehr(2, "AAA", "patients.csv")][-1]
    row["id_number"] = row["id_number"][:-1] + str(9 - int(row["id_number"][-1]))
    for day in (3, 4):
        files.row(ehr(day, "AAA", "patients.csv"), patient_id=row["patient_id"])["id_number"] = row["id_number"]


@plants("ehr.snapshot_identity")
def another_blood_type(files):
    for day in (2, 3, 4):
        files.rows[ehr(day, "AAA", "patients.csv")][-1]["blood_type"] = "B-"


@plants("ehr.snapshot_conditions")
def condition_twice(files):
    for day in (1, 2, 3, 4):
        files.rows[ehr(day, "AAA", "patients.csv")][-1]["chronic_conditions"] = "I10;I10"


@plants("ehr.snapshot_changes")
def nothing_changes(files):
    for day in range(2, DAYS + 1):
        for hospital in ZONES:
            for row in files.rows[ehr(day, hospital, "patients.csv")]:
                row.update(marital_status="Single", updated_on=row["registered_on"])


@plants("ehr.snapshot_changes")
def much_changes(files):
    for row in files.rows[ehr(4, "AAA", "patients.csv")][50:]:
        row["marital_status"] = "Divorced"


@plants("ehr.leave_and_return")
def nobody_comes_back(files):
    for hospital in ZONES:
        for day in (3, 4):
            files.drop(ehr(day, hospital, "patients.csv"), patient_id="P7")


@plants("ehr.deaths")
def snapshot_of_the_dead(files):
    dead = files.row(ehr(2, "AAA", "patients.csv"), patient_id="P30")
    files.rows[ehr(4, "AAA", "patients.csv")].append(dead)


@plants("ehr.deaths")
def admitted_after_death(files):
    files.stay("AAA", "7", "P30", (4, 1), None)


# --- ehr: encounters ---


@plants("ehr.encounter_patient")
def encounter_of_nobody(files):
    files.stay("AAA", "7", "P900", (4, 1), None)


@plants("ehr.encounter_times")
def discharged_before_admission(files):
    files.row(ehr(4, "BBB", "encounters.csv")).update(
        admitted_at=at(4, "BBB", 0, 20), discharged_at=at(4, "BBB", 0, 10), disposition="home", died="false",
        last_location_left_at=at(4, "BBB", 0, 40),
    )
    for kind in check_files.LINE_TABLES:
        files.rows[ehr(4, "BBB", kind)].clear()


@plants("ehr.encounter_times", "ehr.encounter_continues", "ehr.line_time")
def located_after_the_extract(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["first_location_at"] = at(5, "BBB", 0)


@plants("ehr.encounter_times")
def located_on_30_february(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["first_location_at"] = "2025-02-30T10:00:00Z"


@plants("ehr.encounter_state")
def open_and_dead(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["died"] = "true"
    files.drop(ehr(4, "BBB", "patients.csv"), patient_id="P3")


@plants("ehr.encounter_place")
def unknown_department(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["department_code"] = "XXX"


@plants("ehr.encounter_place")
def ward_of_another_department(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["ward"] = "E1"


@plants("ehr.encounter_staff")
def attending_of_another_hospital(files):
    files.row(ehr(4, "BBB", "encounters.csv"))["attending_staff_id"] = files.doctor("AAA")


@plants("ehr.encounter_staff")
def attending_retired(files):
    files.row(ehr(2, "BBB", "encounters.csv"))["attending_staff_id"] = "S000005"


@plants("ehr.encounter_once")
def encounter_twice_in_a_day(files):
    rows = files.rows[ehr(4, "BBB", "encounters.csv")]
    rows.append(rows[0])


@plants("ehr.encounter_same")
def admission_time_changes(files):
    for day in (3, 4):
        files.row(ehr(day, "AAA", "encounters.csv"), encounter_id="1")["admitted_at"] = at(-5, "AAA", 9)


@plants("ehr.encounter_same")
def encounter_of_two_patients(files):
    for day in (3, 4):
        files.row(ehr(day, "AAA", "encounters.csv"), encounter_id="1")["patient_id"] = "P50"
        for kind in check_files.LINE_TABLES:
            files.row(ehr(day, "AAA", kind), encounter_id="1")["patient_id"] = "P50"


@plants("ehr.encounter_continues", "ehr.line_encounter")
def open_encounter_lost(files):
    files.drop(ehr(4, "AAA", "encounters.csv"), encounter_id="1")


@plants("ehr.encounter_continues")
def encounter_found_late(files):
    files.stay("AAA", "7", "P60", (2, 1), None)
    for day in (2, 3):
        for kind in check_files.EHR_FILES[1:]:
            files.drop(ehr(day, "AAA", kind), encounter_id="7")
    for kind in check_files.LINE_TABLES:
        files.row(ehr(4, "AAA", kind), encounter_id="7")["line_number"] = "1"
    files.row(ehr(4, "AAA", "diagnoses.csv"), encounter_id="7")["rank"] = "principal"


@plants("ehr.encounter_closed", "ehr.encounter_times")
def discharged_encounter_again(files):
    row = files.row(ehr(2, "AAA", "encounters.csv"), encounter_id="2")
    files.rows[ehr(3, "AAA", "encounters.csv")].append(row)


@plants("ehr.encounter_closed")
def encounter_reopened(files):
    row = files.row(ehr(1, "AAA", "encounters.csv"), encounter_id="2")
    for day in (3, 4):
        files.rows[ehr(day, "AAA", "encounters.csv")].append(row)


@plants("ehr.one_stay_at_a_time")
def two_stays_of_a_patient(files):
    files.stay("AAA", "7", "P1", (4, 1), None)


@plants("ehr.one_stay_at_a_time")
def one_person_at_two_hospitals(files):
    files.stay("BBB", "7", "P2", (4, 1), None)


# --- ehr: lines ---


@plants("ehr.line_encounter", "ehr.line_numbers")
def line_of_no_encounter(files):
    files.row(ehr(4, "AAA", "diagnoses.csv"))["encounter_id"] = "900"


@plants("ehr.line_encounter")
def line_of_another_patient(files):
    files.row(ehr(4, "AAA", "medications.csv"), encounter_id="1")["patient_id"] = "P50"


@plants("ehr.line_numbers")
def gap_in_line_numbers(files):
    files.row(ehr(3, "AAA", "charges.csv"), encounter_id="1")["line_number"] = "4"


@plants("ehr.line_time")
def line_on_another_day(files):
    files.row(ehr(3, "AAA", "charges.csv"), encounter_id="1")["charged_at"] = at(2, "AAA", 12)


@plants("ehr.line_time")
def line_before_admission(files):
    files.row(ehr(1, "AAA", "charges.csv"), encounter_id="2")["charged_at"] = at(1, "AAA", 8)


@plants("ehr.line_principal")
def first_diagnosis_is_secondary(files):
    files.row(ehr(1, "AAA", "diagnoses.csv"), encounter_id="1")["rank"] = "secondary"


@plants("ehr.line_amount")
def wrong_amount(files):
    files.row(ehr(1, "AAA", "charges.csv"))["amount_cents"] = "3151"


@plants("ehr.line_staff")
def procedure_by_staff_of_another_hospital(files):
    files.row(ehr(1, "AAA", "procedures.csv"))["staff_id"] = files.doctor("BBB")


class Case(unittest.TestCase):
    """Makes a folder for each test."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def check(self, files, **options):
        return check_files.check(files.root, self.folder / "network.toml", START, DAYS, **options)

    def truth(self, *rows):
        """Writes a ground truth of (source, file, line, class, field)."""
        path = self.folder / "ground_truth.csv"
        lines = [f"{source},1,{file},{line},{name},{field}" for source, file, line, name, field in rows]
        path.write_text("\n".join(["source,ordinal,file,line,class,field", *lines, ""]))
        return path


class GoodFiles(Case):
    def test_pass(self):
        files = Files()
        files.write(self.folder)
        report = self.check(files)
        self.assertEqual({name: report.examples[name] for name in report.failed()}, {})
        unexamined = {name for name in report.names if not report.examined[name]}
        self.assertEqual(unexamined, {"files.zstd"})

    @unittest.skipUnless(shutil.which("zstd"), "needs the zstd command")
    def test_pass_compressed(self):
        files = Files()
        files.write(self.folder)
        paths = [str(path) for path in files.root.rglob("*.csv")]
        subprocess.run(["zstd", "-q", "--rm", *paths], check=True)
        report = self.check(files)
        self.assertEqual({name: report.examples[name] for name in report.failed()}, {})
        self.assertEqual(report.examined["files.zstd"], len(paths))

    def test_pass_in_parts(self):
        files = Files()
        files.write(self.folder)
        for only in ("network", "people", "staff", "patients", "ehr"):
            report = self.check(files, only=[only])
            self.assertEqual((only, report.failed()), (only, []))
            self.assertTrue(any(name.startswith(f"{only}.") for name in report.names))


class PlantedFaults(Case):
    def test_each_is_found(self):
        for number, (rules, plant, written) in enumerate(PLANTED):
            with self.subTest(plant.__name__, rules=rules), tempfile.TemporaryDirectory() as folder:
                self.folder = Path(folder)
                files = Files()
                if not written:
                    plant(files)
                files.write(self.folder)
                if written:
                    plant(files)
                report = self.check(files)
                self.assertEqual(set(report.failed()), rules, [report.examples[name] for name in report.failed()])

    def test_every_rule_has_one(self):
        planted = set().union(*(rules for rules, _, _ in PLANTED))
        self.assertEqual(set(check_files.RULES) - planted, {"truth.shown"})  # which has tests of its own


class GroundTruth(Case):
    def dirty_files(self):
        """Files with dirty lines, and the rows of the ground truth that name them."""
        files, named = Files(), []

        def spoil(name, line, class_name, **values):
            files.rows[name][line - 2].update(values)
            named.append(("file", name, line, class_name, *values))

        encounters = ehr(2, "AAA", "encounters.csv")
        spoil(encounters, 2, "missing_admission_time", admitted_at="")
        spoil(encounters, 3, "discharge_before_admission", discharged_at=at(1, "AAA", 8))
        spoil(ehr(3, "AAA", "encounters.csv"), 2, "wrong_time_format", admitted_at="21/02/2026 10:00")
        spoil(ehr(4, "AAA", "encounters.csv"), 2, "unknown_department", department_code="XXX")
        spoil(ehr(2, "AAA", "charges.csv"), 2, "future_timestamp", charged_at="2126-03-01T10:00:00Z")
        spoil(ehr(2, "AAA", "diagnoses.csv"), 2, "missing_patient", patient_id="")
        snapshot = ehr(2, "AAA", "patients.csv")
        spoil(snapshot, 2, "invalid_age", date_of_birth="2126-01-01")
        spoil(snapshot, 3, "age_over_100", date_of_birth="1910-01-01")
        row = files.rows[snapshot][2]
        spoil(snapshot, 4, "bad_id_check_digit", id_number=row["id_number"][:-1] + str(9 - int(row["id_number"][-1])))
        return files, named

    def test_named_lines_are_exempt_and_shown(self):
        files, named = self.dirty_files()
        files.write(self.folder)
        report = self.check(files, truth=self.truth(*named, ("flow", "", 0, "late_delivery", "recorded_at")))
        self.assertEqual({name: report.examples[name] for name in report.failed()}, {})
        self.assertEqual(report.examined["truth.shown"], len(named))

    def test_a_dirty_line_that_is_not_named_is_found(self):
        files, named = self.dirty_files()
        files.write(self.folder)
        for left_out in named:
            with self.subTest(left_out[3]):
                report = self.check(files, truth=self.truth(*(row for row in named if row != left_out)))
                examples = [example for name in report.failed() for example in report.examples[name]]
                self.assertTrue(any(example.startswith(f"{left_out[1]}:{left_out[2]} ") for example in examples))

    def test_a_named_line_without_its_fault_is_found(self):
        files = Files()
        files.write(self.folder)
        name = ehr(2, "AAA", "encounters.csv")
        for class_name in (*check_files.SIGNS, "late_delivery"):
            with self.subTest(class_name):
                for field in check_files.ENCOUNTERS.columns:
                    report = self.check(files, truth=self.truth(("file", name, 2, class_name, field)))
                    self.assertEqual(report.failed(), ["truth.shown"])

    def test_a_fault_in_another_field_is_found(self):
        files, named = self.dirty_files()
        files.write(self.folder)
        for place, (*row, _) in enumerate(named):
            with self.subTest(row[3]):
                others = named[:place] + named[place + 1:]
                report = self.check(files, truth=self.truth(*others, (*row, "encounter_id")))
                self.assertEqual(report.failed(), ["truth.shown"])

    def test_somebody_who_is_that_old_is_no_fault(self):
        files = Files()
        files.write(self.folder)
        name, line = next(
            (ehr(2, hospital, "patients.csv"), line)
            for hospital in ZONES
            for line, row in enumerate(files.rows[ehr(2, hospital, "patients.csv")], 2)
            if row["date_of_birth"] < "1922"
        )
        for class_name in ("invalid_age", "age_over_100"):
            report = self.check(files, truth=self.truth(("file", name, line, class_name, "date_of_birth")))
            self.assertEqual(report.failed(), ["truth.shown"])

    def test_a_named_line_that_is_not_there_is_found(self):
        files = Files()
        files.write(self.folder)
        for name, line in (("people.csv", 302), ("nothing.csv", 2)):
            report = self.check(files, truth=self.truth(("file", name, line, "invalid_age", "date_of_birth")))
            self.assertEqual(report.failed(), ["truth.shown"])


class CommandLine(Case):
    def run_main(self, files, *options):
        arguments = [str(files.root), "--start", str(START), "--days", str(DAYS)]
        arguments += ["--network", str(self.folder / "network.toml"), *options]
        with contextlib.redirect_stdout(io.StringIO()) as output:
            code = check_files.main(arguments)
        return code, output.getvalue()

    def test_good(self):
        files = Files()
        files.write(self.folder)
        code, output = self.run_main(files)
        self.assertEqual(code, 0)
        self.assertEqual(output.splitlines()[-1], f"{len(check_files.RULES) - 1} checks, 0 failed")

    def test_bad_without_values(self):
        files = Files()
        wrong_check_digit(files)
        files.write(self.folder)
        code, output = self.run_main(files, "--only", "people")
        self.assertEqual(code, 1)
        self.assertIn("people.csv:301 id_number", output)
        self.assertNotIn(files.person(300)["id_number"], output)


class Arithmetic(unittest.TestCase):
    def test_luhn(self):
        for number in range(1_000_000_000_000, 1_000_000_001_000):
            digits = [int(digit) for digit in str(number)]
            doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
            self.assertEqual(check_files.luhn_holds(number), (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0)
        self.assertTrue(check_files.id_number_valid(b"8001015009087"))

    def test_age(self):
        leap = date(1960, 2, 29)
        self.assertEqual(check_files.birthday(leap, 65), date(2025, 3, 1))
        self.assertEqual(check_files.birthday(leap, 64), date(2024, 2, 29))
        self.assertEqual(check_files.age(leap, date(2025, 2, 28)), 64)
        self.assertEqual(check_files.age(leap, date(2025, 3, 1)), 65)
        self.assertEqual(date.fromordinal(check_files.first_birth_below(111, START)), date(1914, 2, 28))

    def test_instant(self):
        self.assertEqual(check_files.instant(b"1970-01-02T00:00:01.5Z"), 86_401_500_000)
        for text in ("", "1970-01-01", "1970-01-01T24:00:00Z", "1970-02-29T00:00:00Z", "1970-01-01T00:00:00+02:00"):
            self.assertIsNone(check_files.instant(text.encode()))


if __name__ == "__main__":
    unittest.main()
