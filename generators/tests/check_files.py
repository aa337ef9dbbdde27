#!/usr/bin/env python3
"""Checks the files of `generators` against docs/files.md. Shares no code with the generator, on purpose.

    python3 check_files.py DIR --start 2026-03-02 --days 9 --network FILE.toml
                           [--truth ground_truth.csv] [--only people,staff,patients,ehr]

Prints a line for each check: its name, how much it examined, and `ok` or the number of faults with the first few by
file, line and field. Values are never printed: they identify people. Exit code 0 if no check failed, else 1.

A check is a function with `@rule`; its docstring is the rule. There are two kinds:

- a row rule gets one row and answers with the name of the faulty field, or None; the loop over the file reports it;
- any other rule looks at more than one row and reports for itself.

A row with a fault in its form, or one that the ground truth names, is not trusted: no other rule sees it, and rules
over several rows take from it only that it is there.

At the full scale (26 million lines, 4.8 GB) it takes 80 s of one core and 0.5 GB. People and patients are kept in
arrays; a snapshot row that equals, by a 64-bit hash, the same patient's row of the day before is not examined again.
"""

import argparse
import csv
import functools
import hashlib
import inspect
import json
import math
import re
import shutil
import subprocess
import sys
import tomllib
from array import array
from collections import Counter, defaultdict, namedtuple
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

EXAMPLES_MAX = 4
CHUNK_BYTES = 1 << 20

# ---------------------------------------------------------------------------------------------------------------------
# Rules and the report
# ---------------------------------------------------------------------------------------------------------------------

RULES = {}  # name -> what must hold
# In the order of the output.
GROUPS = ("files", "network", "people", "staff", "assignments", "patients", "ehr", "truth")


def rule(name):
    """Registers a check under a name; the part before the dot is its group."""

    def register(function):
        RULES[name] = inspect.getdoc(function)
        function.rule = name
        return function

    return register


class Report:
    """Counts what was examined and what was at fault, for each rule of the chosen groups."""

    def __init__(self, groups, truth):
        self.names = [name for group in GROUPS if group in groups for name in RULES if name.startswith(f"{group}.")]
        self.examined = Counter()
        self.faults = Counter()
        self.examples = defaultdict(list)
        self.truth = truth

    def fault(self, name, file, line, field_name):
        """Notes a fault; `line` is None where the whole file is meant. Lines named by the ground truth are exempt."""
        assert name in RULES, name
        if line is not None and line in self.truth.named(file) and name != "truth.shown":
            return
        self.faults[name] += 1
        if len(self.examples[name]) < EXAMPLES_MAX:
            self.examples[name].append(f"{file}{'' if line is None else f':{line}'} {field_name}")

    def failed(self):
        return [name for name in self.names if self.faults[name]]

    def print(self):
        for name in self.names:
            verdict = "ok" if self.examined[name] else "ok (nothing examined)"
            if self.faults[name]:
                verdict = f"{self.faults[name]:,} FAULTS: " + "; ".join(self.examples[name])
            print(f"{name:<30} {self.examined[name]:>12,}  {verdict}")
        print(f"{len(self.names)} checks, {len(self.failed())} failed")


# ---------------------------------------------------------------------------------------------------------------------
# Dates, times and ages
# ---------------------------------------------------------------------------------------------------------------------

DAYS = {
    date.fromordinal(number).isoformat().encode(): number
    for number in range(date(1800, 1, 1).toordinal(), date(2300, 12, 31).toordinal() + 1)
}
EPOCH = date(1970, 1, 1).toordinal()
DAY_MICROSECONDS = 86_400_000_000
NEVER = 1 << 62

DATE_FORM = rb"\d{4}-\d\d-\d\d"
TIME_FORM = rb"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z"
TIME = re.compile(TIME_FORM)


def instant(text):
    """Microseconds since 1970 of a time as RFC 3339 in UTC (`Z`); None if it is not one, or no such day exists."""
    day = DAYS.get(text[:10])
    if day is None or not TIME.fullmatch(text):
        return None
    seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])
    microseconds = int((text[20:-1] + b"000000")[:6])
    return (day - EPOCH) * DAY_MICROSECONDS + seconds * 1_000_000 + microseconds


def midnight(day, zone):
    """Microseconds since 1970 of the first moment of a date in a time zone."""
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(local.timestamp()) * 1_000_000


def birthday(born, years):
    """The birthday on which a person becomes `years` old; of 29 February it is 1 March in a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def age(born, on):
    """Completed years."""
    years = on.year - born.year
    return years if birthday(born, years) <= on else years - 1


def first_birth_below(years, on):
    """The earliest birth, as ordinal, of whoever is not yet `years` old on a date."""
    born = on.toordinal() - years * 366
    while birthday(date.fromordinal(born), years) <= on:
        born += 1
    return born


def to_date(text):
    """The date of a field, or None."""
    number = DAYS.get(text)
    return None if number is None else date.fromordinal(number)


# ---------------------------------------------------------------------------------------------------------------------
# South African ID numbers: YYMMDD SSSS C A Z
# ---------------------------------------------------------------------------------------------------------------------


def luhn_table(digits):
    """For each number below 10**digits, its share of the Luhn sum modulo 10; the last digit counts once."""
    add = [bytes((i + n) % 10 for i in range(256)) for n in range(10)]
    doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
    table = b"\0"
    for place in range(digits):
        weights = doubled if place % 2 else range(10)
        table = b"".join(table.translate(add[weight]) for weight in weights)
    return table


LUHN = luhn_table(7)
BIRTH_DIGITS = {text[2:4] + text[5:7] + text[8:10] for text in DAYS}  # 36,525 of YYMMDD


def luhn_holds(number):
    return (LUHN[number // 1_000_000] + LUHN[number % 1_000_000]) % 10 == 0


def id_number_valid(text):
    number = int(text)
    return text[:6] in BIRTH_DIGITS and text[10] in b"01" and text[11] in b"89" and luhn_holds(number)


def sex_of(id_number):
    """`F` below 5000, else `M`, by digits 7 to 10."""
    return b"F" if id_number // 1_000_000 % 10 < 5 else b"M"


def citizenship_of(id_number):
    return b"Permanent resident" if id_number // 100 % 10 else b"South African"


# ---------------------------------------------------------------------------------------------------------------------
# Reading: a file is streamed once, hashed, counted and cut into lines
# ---------------------------------------------------------------------------------------------------------------------

PLAIN = bytes(set(range(256)) - set(range(0x20)) - {0x7F}) + b"\n"
CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")

Digest = namedtuple("Digest", "rows bytes sha256")


class Folder:
    """The folder under examination. A name never carries `.zst`: either form of the file is found by it."""

    def __init__(self, path, report):
        self.path = Path(path)
        self.report = report
        self.digests = {}  # of each file that was read to its end

    def csv_names(self):
        """Names of all CSV files, in either form."""
        paths = (path.relative_to(self.path).as_posix() for path in self.path.rglob("*.csv*") if path.is_file())
        return {path.removesuffix(".zst") for path in paths if path.endswith((".csv", ".csv.zst"))}

    def exists(self, name):
        return (self.path / name).is_file() or (self.path / f"{name}.zst").is_file()

    @rule("files.zstd")
    def chunks(self, name):
        """A `.zst` file can be decompressed (by the `zstd` command), and does not stand beside its plain form."""
        plain, packed = self.path / name, self.path / f"{name}.zst"
        if plain.is_file():
            if packed.is_file():
                self.report.fault("files.zstd", f"{name}.zst", None, "beside its plain form")
            with plain.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
            return
        self.report.examined["files.zstd"] += 1
        if not shutil.which("zstd"):
            self.report.fault("files.zstd", f"{name}.zst", None, "not checked: no zstd command on the PATH")
            return
        command = ["zstd", "--decompress", "--stdout", "--quiet", str(packed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            while chunk := process.stdout.read(CHUNK_BYTES):
                yield chunk
        if process.returncode:
            self.report.fault("files.zstd", f"{name}.zst", None, "cannot be decompressed")

    def lines(self, name):
        """Yields (number, line) from 1 on and keeps the digest of the file."""
        sha256, size, number, rest = hashlib.sha256(), 0, 1, b""
        for chunk in self.chunks(name):
            sha256.update(chunk)
            size += len(chunk)
            block, end, tail = chunk.rpartition(b"\n")
            if not end:
                rest += tail
                continue
            block, rest = rest + block, tail
            self.check_text(name, block, number)
            for line in block.split(b"\n"):
                yield number, line
                number += 1
        if rest:
            self.report.fault("files.text", name, number, "no LF at the end of the file")
            yield number, rest
            number += 1
        self.digests[name] = Digest(max(number - 2, 0), size, sha256.hexdigest())

    @rule("files.text")
    def check_text(self, name, block, first):
        """UTF-8 with LF, also behind the last line, and no control character (which includes CR and TAB)."""
        self.report.examined["files.text"] += block.count(b"\n") + 1
        suspect = block.translate(None, PLAIN)
        if not suspect and not block.isascii():
            suspect = not decodes(block) or (b"\xc2" in block and CONTROL.search(block))
        if suspect:
            for number, line in enumerate(block.split(b"\n"), first):
                if CONTROL.search(line) or not decodes(line):
                    self.report.fault("files.text", name, number, "control character or no UTF-8")

    def digest(self, name):
        """Digest of a file that may or may not have been read yet."""
        if name not in self.digests:
            for _ in self.lines(name):
                pass
        return self.digests[name]


def decodes(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------------------
# Tables: the columns of each file, in order, with the form of a field
# ---------------------------------------------------------------------------------------------------------------------

TEXT = rb'[^,"]+'  # clean data needs no quotes
TEXT_OR_EMPTY = rb'[^,"]*'
NUMBER = rb"[1-9]\d{0,17}"
CENTS = rb"\d{1,18}"
PHONE = rb"\+2700\d{7}"
EMAIL = rb"(?:[!#-+\--?A-~]+@(?:[A-Za-z0-9-]+\.)+example)?"
PROVINCE = rb"Eastern Cape|Free State|Gauteng|KwaZulu-Natal|Limpopo|Mpumalanga|Northern Cape|North West|Western Cape"
CITIZENSHIP = rb"South African|Permanent resident"
ICD10 = rb"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"
CONDITIONS = rb"(?:" + ICD10 + rb"(?:;" + ICD10 + rb")*)?"
BLOOD_TYPE = rb"(?:O|A|B|AB)[+-]"
ROLE = rb"doctor|nurse|physiotherapist|pharmacist|clerk|porter"

ADDRESS = dict(street=rb'\d[^,"]*', suburb=TEXT, municipality=TEXT, province=PROVINCE, postal_code=rb"\d{4}")
LINE_OF_ENCOUNTER = dict(encounter_id=TEXT, patient_id=TEXT, line_number=NUMBER)


class Table:
    """The documented columns of a file. A line of good form matches `line` as a whole, which is one fast test."""

    def __init__(self, group, **columns):
        self.group = group
        self.columns = tuple(columns)
        self.header = ",".join(columns).encode()
        self.forms = {name: re.compile(form) for name, form in columns.items()}
        self.line = re.compile(b",".join(b"(?:" + form + b")" for form in columns.values()))
        self.row = namedtuple("Row", self.columns)
        self.moment = next((name for name in columns if name.endswith("_at")), None)

    def loose(self, line):
        """The row of a line in any form, quoted or not; None where the number of columns is another."""
        values = line.split(b",")
        if b'"' in line:
            text = line.decode("latin-1")
            values = [value.encode("latin-1") for value in next(csv.reader([text]))]
        return self.row(*values) if len(values) == len(self.columns) else None

    def faulty_fields(self, row):
        return [name for name, value in zip(self.columns, row) if not self.forms[name].fullmatch(value)]


PEOPLE = Table(
    "people", person_id=NUMBER, id_number=rb"\d{13}", first_name=TEXT, last_name=TEXT, sex=rb"[FM]",
    date_of_birth=DATE_FORM, citizenship=CITIZENSHIP, home_language=TEXT, phone=PHONE, email=EMAIL, **ADDRESS,
)
DEPARTMENTS = Table(
    "network", hospital_code=TEXT, department_code=TEXT, name=TEXT, kind=rb"[a-z_]+", beds=rb"\d{0,6}",
)
STAFF = Table(
    "staff", staff_id=rb"S\d{6}", person_id=NUMBER, id_number=rb"\d{13}", first_name=TEXT, last_name=TEXT,
    sex=rb"[FM]", date_of_birth=DATE_FORM, role=ROLE, specialty=TEXT_OR_EMPTY, registration_number=TEXT_OR_EMPTY,
    hired_on=DATE_FORM,
)
ASSIGNED = Table(
    "assignments", assignment_id=rb"A\d{6}", staff_id=rb"S\d{6}", hospital_code=TEXT, department_code=TEXT, role=ROLE,
    specialty=TEXT_OR_EMPTY, shift=rb"day|night|rotating", roster_slot=rb"[0-7]", starts_on=DATE_FORM,
    ends_on=rb"(?:" + DATE_FORM + rb")?", replaces_staff_id=rb"(?:S\d{6})?",
)
PATIENTS = Table(
    "patients", patient_id=TEXT, person_id=NUMBER, hospital_code=TEXT, registered_on=DATE_FORM, blood_type=BLOOD_TYPE,
    medical_scheme=TEXT, next_of_kin_phone=PHONE, chronic_conditions=CONDITIONS,
)
SNAPSHOT = Table(
    "ehr", patient_id=TEXT, id_number=rb"\d{13}", first_name=TEXT, last_name=TEXT, sex=rb"[FM]",
    date_of_birth=DATE_FORM, citizenship=CITIZENSHIP, home_language=TEXT,
    marital_status=rb"Single|Married|Divorced|Widowed", phone=PHONE, email=EMAIL, **ADDRESS, medical_scheme=TEXT,
    blood_type=BLOOD_TYPE, next_of_kin_phone=PHONE, chronic_conditions=CONDITIONS, registered_on=DATE_FORM,
    updated_on=DATE_FORM,
)
ENCOUNTERS = Table(
    "ehr", encounter_id=TEXT, patient_id=TEXT, admission_type=TEXT, admission_source=TEXT, admitted_at=TIME_FORM,
    first_location_at=rb"(?:" + TIME_FORM + rb")?", department_code=TEXT, ward=TEXT_OR_EMPTY, bed=TEXT_OR_EMPTY,
    attending_staff_id=rb"S\d{6}", discharged_at=rb"(?:" + TIME_FORM + rb")?",
    last_location_left_at=rb"(?:" + TIME_FORM + rb")?", disposition=TEXT_OR_EMPTY, died=rb"(?:true|false)?",
)
LINE_TABLES = {
    "diagnoses.csv": Table(
        "ehr", **LINE_OF_ENCOUNTER, icd10=ICD10, description=TEXT, rank=rb"principal|secondary", diagnosed_at=TIME_FORM,
    ),
    "procedures.csv": Table(
        "ehr", **LINE_OF_ENCOUNTER, code=rb"\d\d(?:\.\d{1,2})?", description=TEXT, performed_at=TIME_FORM,
        staff_id=rb"S\d{6}",
    ),
    "medications.csv": Table(
        "ehr", **LINE_OF_ENCOUNTER, atc=rb"[A-Z]\d\d[A-Z]{2}\d\d", name=TEXT, dose=TEXT, route=TEXT, frequency=TEXT,
        quantity=NUMBER, started_at=TIME_FORM,
    ),
    "charges.csv": Table(
        "ehr", **LINE_OF_ENCOUNTER, item_code=TEXT, description=TEXT, quantity=NUMBER, unit_price_cents=CENTS,
        amount_cents=CENTS, charged_at=TIME_FORM,
    ),
}
EHR_FILES = ("patients.csv", "encounters.csv", *LINE_TABLES)


def body(run, table, name):
    """Yields (number, line) behind the header, which must be the documented one."""
    run.report.examined[f"{table.group}.columns"] += 1
    number = 0
    for number, line in run.folder.lines(name):
        if number > 1:
            yield number, line
        elif line != table.header:
            run.report.fault(f"{table.group}.columns", name, 1, "header")
    if not number:
        run.report.fault(f"{table.group}.columns", name, None, "empty file")
    run.report.examined[f"{table.group}.forms"] += max(number - 1, 0)
    if number < 2 and table.group != "ehr":
        run.report.fault(f"{table.group}.forms", name, None, "no rows")


def parse(run, table, name, number, line, scope):
    """(row, trusted) of a line; the row is None where the number of columns is wrong."""
    classes = run.truth.named(name).get(number)
    if classes is None and table.line.fullmatch(line):
        return table.row._make(line.split(b",")), True
    row = table.loose(line)
    if classes is not None:
        check_shown(run, name, number, classes, row, scope)
    elif row is None:
        run.report.fault(f"{table.group}.forms", name, number, "number of columns")
    else:
        for field_name in table.faulty_fields(row) or ["quotes"]:
            run.report.fault(f"{table.group}.forms", name, number, field_name)
    return row, False


def rows(run, table, name, scope):
    """Yields (number, row, trusted) of each line with the right number of columns."""
    for number, line in body(run, table, name):
        row, trusted = parse(run, table, name, number, line, scope)
        if row is not None:
            yield number, row, trusted


def apply(run, rules, row, context, name, number):
    """Lets row rules judge a row."""
    for check in rules:
        field_name = check(row, context)
        if field_name:
            run.report.fault(check.rule, name, number, field_name)


def count(run, rules, examined):
    for check in rules:
        run.report.examined[check.rule] += examined


def register_form_rules():
    for group in ("network", "people", "staff", "assignments", "patients", "ehr"):
        RULES[f"{group}.columns"] = "The header has the documented columns in the documented order."
        RULES[f"{group}.forms"] = "Each field has its form, and no field is quoted."


# ---------------------------------------------------------------------------------------------------------------------
# Ground truth: which lines are dirty on purpose
# ---------------------------------------------------------------------------------------------------------------------


class Truth:
    """The (class, field) of each fault that the ground truth names, by file and line."""

    def __init__(self, path=None):
        self.files = defaultdict(dict)
        self.seen = set()
        if path:
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    if row["source"] == "file":
                        named = self.files[row["file"].removesuffix(".zst")]
                        named.setdefault(int(row["line"]), set()).add((row["class"], row["field"]))

    def named(self, name):
        return self.files.get(name, NO_LINES)


NO_LINES = {}


@dataclass
class Scope:
    """What a dirty row is judged by.

    The moment that no time may pass, the day on which ages are counted, and the hospital where the file has only one.
    """

    run: "Run"
    until: int
    on: date
    hospital: "Hospital | None" = None

    def hospital_of(self, fields):
        return self.hospital or self.run.hospitals.get(fields.get("hospital_code"))

    def birth_of(self, fields):
        """The birth date, as ordinal, that people.csv gives a hospital's patient; None where it is not known."""
        hospital = self.hospital_of(fields)
        place = hospital.patients.get(fields.get("patient_id")) if hospital else None
        return None if place is None else self.run.births[hospital.persons[place] - 1] or None


# Each of the following tells whether a row shows a fault in the named field.


def shows_missing_admission_time(name, fields, _):
    return name == "admitted_at" and fields[name] == b""


def shows_invalid_age(name, fields, scope):
    """Not born yet, above 120 years of age, or no date at all."""
    born = to_date(fields[name])
    return name == "date_of_birth" and (born is None or born > scope.on or age(born, scope.on) > 120)


def shows_age_over_100(name, fields, scope):
    """101 to 120 years of age, and people.csv says otherwise: there are people as old."""
    born = to_date(fields[name])
    true = name == "date_of_birth" and born is not None and 100 < age(born, scope.on) <= 120
    return true and born.toordinal() != scope.birth_of(fields)


def shows_future_timestamp(name, fields, scope):
    return name.endswith("_at") and (instant(fields[name]) or 0) > scope.until


def shows_wrong_time_format(name, fields, _):
    return name.endswith("_at") and fields[name] != b"" and instant(fields[name]) is None


def shows_discharge_before_admission(name, fields, _):
    admitted, discharged = instant(fields.get("admitted_at", b"")), instant(fields[name])
    return name == "discharged_at" and None not in (admitted, discharged) and discharged < admitted


def shows_unknown_department(name, fields, scope):
    hospital = scope.hospital_of(fields)
    return name == "department_code" and (hospital is None or fields[name] not in hospital.departments)


def shows_bad_check_digit(name, fields, _):
    number = fields[name]
    return name == "id_number" and bool(re.fullmatch(rb"\d{13}", number)) and not luhn_holds(int(number))


def shows_missing_patient(name, fields, scope):
    hospital = scope.hospital_of(fields)
    return name == "patient_id" and (hospital is None or fields[name] not in hospital.patients)


SIGNS = {  # of the classes that can stand in a file; the others belong to the event flow
    "missing_admission_time": shows_missing_admission_time,
    "invalid_age": shows_invalid_age,
    "age_over_100": shows_age_over_100,
    "future_timestamp": shows_future_timestamp,
    "wrong_time_format": shows_wrong_time_format,
    "discharge_before_admission": shows_discharge_before_admission,
    "unknown_department": shows_unknown_department,
    "bad_id_check_digit": shows_bad_check_digit,
    "missing_patient": shows_missing_patient,
}


@rule("truth.shown")
def check_shown(run, name, number, classes, row, scope):
    """Each line that the ground truth names exists and shows each fault named there, in the field named there."""
    run.truth.seen.add((name, number))
    run.report.examined["truth.shown"] += len(classes)
    fields = {} if row is None else row._asdict()
    for class_name, field_name in sorted(classes):
        sign = SIGNS.get(class_name)
        if sign is None or field_name not in fields or not sign(field_name, fields, scope):
            run.report.fault("truth.shown", name, number, class_name)


def check_all_shown(run, everything):
    """The second half of `truth.shown`: no named line was passed over. Files outside `--only` do not count."""
    for name, lines in run.truth.files.items():
        if everything or name in run.folder.digests:
            for number in lines:
                if (name, number) not in run.truth.seen:
                    run.report.fault("truth.shown", name, number, "no such line")


# ---------------------------------------------------------------------------------------------------------------------
# Network
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Department:
    wards: set
    beds: int
    cover: dict  # (role, shift) -> fewest staff
    name: bytes
    kind: bytes


@dataclass
class Hospital:
    code: str
    zone: ZoneInfo
    departments: dict  # code -> Department
    # patient_id -> place in the arrays below
    patients: dict = field(default_factory=dict)
    persons: array = field(default_factory=lambda: array("i"))
    hashes: array = field(default_factory=lambda: array("q"))  # of the last snapshot row
    last_seen: array = field(default_factory=lambda: array("h"))  # day of the last snapshot, from 1; 0 is none
    registered: bytearray = field(default_factory=bytearray)  # by person_id
    stays: dict = field(default_factory=dict)  # encounter_id -> Stay
    line_counts: dict = field(default_factory=lambda: defaultdict(Counter))  # file -> encounter_id -> lines so far


def read_network(path):
    """Hospitals by code, in the file's order."""
    with open(path, "rb") as file:
        network = tomllib.load(file)
    hospitals = {}
    for item in network["hospital"]:
        departments = {
            department["code"].encode(): read_department(department, network["flow"]["kind"][department["kind"]])
            for department in item["department"]
        }
        hospitals[item["code"].encode()] = Hospital(item["code"], ZoneInfo(item["time_zone"]), departments)
    return hospitals


def read_department(department, kind):
    beds = sum(ward["beds"] for ward in department["ward"])
    cover = {
        (role.encode(), shift): math.ceil(beds / kind[f"beds_per_{role}_{shift}"])
        for role in ("doctor", "nurse")
        for shift in ("day", "night")
    }
    wards = {ward["code"].encode() for ward in department["ward"]}
    return Department(wards, beds, cover, department["name"].encode(), department["kind"].encode())


# ---------------------------------------------------------------------------------------------------------------------
# One run of the checker
# ---------------------------------------------------------------------------------------------------------------------


class Run:
    """What is checked and what has been learnt on the way."""

    def __init__(self, folder, network, start, days, truth, groups):
        self.truth = Truth(truth)
        self.report = Report(groups | {"files"} | ({"truth"} if truth else set()), self.truth)
        self.folder = Folder(folder, self.report)
        self.hospitals = read_network(network)
        self.start = start
        self.dates = [start + timedelta(days=n) for n in range(days)]
        self.last_date = self.dates[-1]
        self.scope = Scope(self, midnight(start, next(iter(self.hospitals.values())).zone), start)
        self.oldest_birth = first_birth_below(111, start)
        # by person_id - 1; 0 where the row is not trusted
        self.id_numbers = array("q")
        self.births = array("i")
        self.blood_types = bytearray()
        self.languages = set()
        self.staff = {}  # staff_id -> (line, row), or None where the row is not trusted
        self.people_of_staff = {}  # person_id -> row of people.csv, None until it was read
        self.assignments = []  # of Assignment
        self.first_assignments = {}  # staff_id -> the earliest Assignment
        self.duties = defaultdict(list)  # (staff_id, hospital_code) -> [(first day, day after the last)]
        self.deaths = {}  # person_id -> microseconds since 1970
        self.left = self.returned = 0

    def assigned(self, staff_id, hospital, days):
        """Whether a member of staff is assigned to a hospital on one of the days (ordinals)."""
        spans = self.duties.get((staff_id, hospital.code.encode()), ())
        return any(starts <= day < ends for starts, ends in spans for day in days)


# ---------------------------------------------------------------------------------------------------------------------
# people.csv
# ---------------------------------------------------------------------------------------------------------------------


@rule("people.person_id")
def person_number(row, run):
    """`person_id` is 1 to N in the order of rows."""
    return None if int(row.person_id) == len(run.id_numbers) + 1 else "person_id"


@rule("people.id_number")
def person_id_number(row, _):
    """The ID number is YYMMDD of an existing date, four digits, 0 or 1, 8 or 9, and the Luhn check digit."""
    return None if id_number_valid(row.id_number) else "id_number"


@rule("people.id_number_agrees")
def person_agrees(row, _):
    """The ID number agrees with the birth date (digits 1 to 6), the sex (7 to 10) and the citizenship (11)."""
    born, id_number = row.date_of_birth, int(row.id_number)
    if row.id_number[:6] != born[2:4] + born[5:7] + born[8:10]:
        return "date_of_birth"
    if row.sex != sex_of(id_number):
        return "sex"
    return None if row.citizenship == citizenship_of(id_number) else "citizenship"


@rule("people.age")
def person_age(row, run):
    """The date of birth exists, and the age at the start is 0 to 110."""
    born = DAYS.get(row.date_of_birth, 0)
    return None if run.oldest_birth <= born <= run.start.toordinal() else "date_of_birth"


PERSON_RULES = (person_number, person_id_number, person_agrees, person_age)


@rule("people.unique")
def check_unique_id_numbers(run):
    """No two people have the same ID number, in whichever centuries they were born."""
    run.report.examined["people.unique"] += len(run.id_numbers)
    numbers = sorted(run.id_numbers)
    repeated = {a for a, b in zip(numbers, numbers[1:]) if a == b and a}
    if repeated:
        for place, number in enumerate(run.id_numbers):
            if number in repeated:
                run.report.fault("people.unique", "people.csv", place + 2, "id_number")


@rule("people.languages")
def check_languages(run):
    """There are at most twelve home languages."""
    run.report.examined["people.languages"] += len(run.languages)
    if len(run.languages) > 12:
        run.report.fault("people.languages", "people.csv", None, f"home_language: {len(run.languages)} values")


def check_people(run):
    """Reads people.csv and keeps ID number and birth date of everybody, and the whole row of staff."""
    wanted = run.people_of_staff
    for number, row, trusted in rows(run, PEOPLE, "people.csv", run.scope):
        while len(run.id_numbers) < number - 2:  # lines that are no rows
            run.id_numbers.append(0)
            run.births.append(0)
        if trusted:
            apply(run, PERSON_RULES, row, run, "people.csv", number)
            run.languages.add(row.home_language)
            person = int(row.person_id)
            if person in wanted:
                wanted[person] = row
        run.id_numbers.append(int(row.id_number) if trusted else 0)
        run.births.append(DAYS.get(row.date_of_birth, 0) if trusted else 0)
    run.blood_types = bytearray(len(run.id_numbers))
    count(run, PERSON_RULES, len(run.id_numbers))
    check_unique_id_numbers(run)
    check_languages(run)


# ---------------------------------------------------------------------------------------------------------------------
# staff.csv
# ---------------------------------------------------------------------------------------------------------------------

REGISTRATION = {
    b"doctor": re.compile(rb"MP\d{7}"),
    b"physiotherapist": re.compile(rb"PT\d{7}"),
    b"nurse": re.compile(rb"\d{8}"),
    b"pharmacist": re.compile(rb"P\d{5}"),
}
NO_REGISTRATION = re.compile(rb"")
AS_PERSON = ("id_number", "first_name", "last_name", "sex", "date_of_birth")


def read_staff(run):
    """Reads staff.csv, before people.csv, so that the rows of these people can be kept."""
    for number, row, trusted in rows(run, STAFF, "staff.csv", run.scope):
        if trusted:
            check_staff_unique(run, number, row)
            run.people_of_staff[int(row.person_id)] = None
        run.staff[row.staff_id] = (number, row) if trusted else None
    count(run, [check_staff_unique], len(run.staff))


def trusted_staff(run):
    return [entry for entry in run.staff.values() if entry]


@rule("staff.unique")
def check_staff_unique(run, number, row):
    """`staff_id` is unique, and nobody is two members of staff."""
    if row.staff_id in run.staff:
        run.report.fault("staff.unique", "staff.csv", number, "staff_id")
    if int(row.person_id) in run.people_of_staff:
        run.report.fault("staff.unique", "staff.csv", number, "person_id")


@rule("staff.person")
def staff_person(row, run):
    """`person_id` is a row of people.csv with the same ID number, names, sex and birth date."""
    if int(row.person_id) > len(run.id_numbers):
        return "person_id"
    person = run.people_of_staff[int(row.person_id)]
    if person is None:  # not trusted there, and reported there
        return None
    return next((name for name in AS_PERSON if getattr(person, name) != getattr(row, name)), None)


@rule("staff.registration_number")
def staff_registration(row, _):
    """Form by role: doctor MP and 7 digits, physiotherapist PT and 7, nurse 8 digits, pharmacist P and 5; else none."""
    form = REGISTRATION.get(row.role, NO_REGISTRATION)
    return None if form.fullmatch(row.registration_number) else "registration_number"


@rule("staff.registration_unique")
def check_registrations(run):
    """No two members of staff have the same registration number."""
    seen = set()
    for number, row in trusted_staff(run):
        if row.registration_number and row.registration_number in seen:
            run.report.fault("staff.registration_unique", "staff.csv", number, "registration_number")
        seen.add(row.registration_number)
    count(run, [check_registrations], len(run.staff))


@rule("staff.specialty")
def staff_specialty(row, _):
    """Doctors and nurses have a specialty, nobody else has."""
    return None if bool(row.specialty) == (row.role in (b"doctor", b"nurse")) else "specialty"


@rule("staff.age")
def staff_age(row, run):
    """22 to 64 years of age on the start date; a replacement on the day it starts."""
    born = to_date(row.date_of_birth)
    if born is None:
        return "date_of_birth"
    first = run.first_assignments.get(row.staff_id)
    on = date.fromordinal(first.starts) if first and first.replaces else run.start
    return None if 22 <= age(born, on) <= 64 else "date_of_birth"


@rule("staff.hired_on")
def staff_hired(row, run):
    """Hired at 22 years of age or later, before 65, and at most on the first `starts_on`."""
    born, hired = to_date(row.date_of_birth), to_date(row.hired_on)
    if born is None or hired is None or not 22 <= age(born, hired) < 65:
        return "hired_on"
    first = run.first_assignments.get(row.staff_id)
    return "hired_on" if first and first.starts < hired.toordinal() else None


STAFF_RULES = (staff_person, staff_registration, staff_specialty, staff_age, staff_hired)


def check_staff(run):
    """Judges the rows of staff.csv, when people.csv and assigned_staff.csv have been read."""
    for number, row in trusted_staff(run):
        apply(run, STAFF_RULES, row, run, "staff.csv", number)
    count(run, STAFF_RULES, len(run.staff))
    check_registrations(run)


# ---------------------------------------------------------------------------------------------------------------------
# assigned_staff.csv
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Assignment:
    line: int
    id: bytes
    staff_id: bytes
    hospital: bytes
    department: bytes
    role: bytes
    specialty: bytes
    shift: bytes
    slot: int
    starts: int  # ordinal
    ends: int  # ordinal, exclusive; NEVER
    replaces: bytes

    def position(self):
        return self.hospital, self.department, self.role, self.specialty, self.shift, self.slot

    def shift_on(self, day):
        """`day`, `night` or None: which shift is worked on a date (ordinal), by the roster of docs/files.md."""
        phase = (day - EPOCH + self.slot) % 8
        if not self.starts <= day < self.ends or phase > 3:
            return None
        if self.shift == b"rotating":
            return "day" if phase < 2 else "night"
        return self.shift.decode()


def read_assignments(run):
    for number, row, trusted in rows(run, ASSIGNED, "assigned_staff.csv", run.scope):
        if not trusted:
            continue
        apply(run, ASSIGNED_RULES, row, run, "assigned_staff.csv", number)
        starts, ends = DAYS.get(row.starts_on, 0), DAYS.get(row.ends_on, 0) if row.ends_on else NEVER
        assignment = Assignment(
            number, row.assignment_id, row.staff_id, row.hospital_code, row.department_code, row.role, row.specialty,
            row.shift, int(row.roster_slot), starts, ends, row.replaces_staff_id,
        )
        run.assignments.append(assignment)
        run.duties[row.staff_id, row.hospital_code].append((starts, ends))
    count(run, ASSIGNED_RULES, len(run.assignments))


@rule("assignments.references")
def assigned_references(row, run):
    """The member of staff exists and has this role and specialty; the department is one of the hospital's."""
    if row.staff_id not in run.staff:
        return "staff_id"
    if row.hospital_code not in run.hospitals:
        return "hospital_code"
    if row.department_code not in run.hospitals[row.hospital_code].departments:
        return "department_code"
    if run.staff[row.staff_id] is None:
        return None
    _, person = run.staff[row.staff_id]
    if row.role != person.role:
        return "role"
    return None if row.specialty == person.specialty else "specialty"


@rule("assignments.ends_on")
def assigned_ends(row, run):
    """`ends_on` is the 65th birthday where that is one of the days of the run, else empty."""
    _, person = run.staff.get(row.staff_id) or (0, None)
    born = to_date(person.date_of_birth) if person else None
    if born is None:  # reported in staff.csv
        return None
    retires = birthday(born, 65)
    expected = retires.isoformat().encode() if run.start <= retires <= run.last_date else b""
    return None if row.ends_on == expected else "ends_on"


@rule("assignments.days")
def assigned_days(row, run):
    """`starts_on` exists, is before `ends_on`, and is at most the start unless the assignment replaces another."""
    starts = DAYS.get(row.starts_on, NEVER)
    if starts >= (DAYS.get(row.ends_on, 0) if row.ends_on else NEVER):
        return "starts_on"
    return None if starts <= run.start.toordinal() or row.replaces_staff_id else "starts_on"


ASSIGNED_RULES = (assigned_references, assigned_ends, assigned_days)


@rule("assignments.unique")
def check_assignment_ids(run):
    """`assignment_id` is unique."""
    seen = set()
    for a in run.assignments:
        if a.id in seen:
            run.report.fault("assignments.unique", "assigned_staff.csv", a.line, "assignment_id")
        seen.add(a.id)
    count(run, [check_assignment_ids], len(run.assignments))


@rule("assignments.replacement")
def check_replacements(run):
    """No gap, no overlap: each ended assignment has exactly one replacement, which starts on its `ends_on`.

    The replacement has the same hospital, department, role, specialty, shift and roster slot, and names the replaced
    member of staff in `replaces_staff_id`; who names somebody replaces an ended assignment of theirs.
    """
    ended = defaultdict(list)
    for a in run.assignments:
        if a.ends != NEVER:
            ended[a.staff_id, a.ends, a.position()].append(a)
    for a in run.assignments:
        if a.replaces:
            waiting = ended[a.replaces, a.starts, a.position()]
            if waiting:
                waiting.pop()
            else:
                run.report.fault("assignments.replacement", "assigned_staff.csv", a.line, "replaces_staff_id")
    for waiting in ended.values():
        for a in waiting:
            run.report.fault("assignments.replacement", "assigned_staff.csv", a.line, "ends_on: not replaced")
    run.report.examined["assignments.replacement"] += sum(a.ends != NEVER for a in run.assignments)


@rule("assignments.one_place")
def check_one_place(run, day, on_duty):
    """Nobody works under two assignments in one shift."""
    seen = set()
    for a, shift in on_duty:
        if (a.staff_id, shift) in seen:
            run.report.fault("assignments.one_place", "assigned_staff.csv", a.line, f"{shift} shift of {day}")
        seen.add((a.staff_id, shift))
    run.report.examined["assignments.one_place"] += len(on_duty)


@rule("assignments.cover")
def check_cover(run, day, on_duty):
    """Every department has its ceil(beds / beds_per_role) doctors and nurses in each shift of each date."""
    present = Counter()
    for (_, hospital, department, role, shift) in {
        (a.staff_id, a.hospital, a.department, a.role, shift) for a, shift in on_duty
    }:
        present[hospital, department, role, shift] += 1
    for hospital_code, hospital in run.hospitals.items():
        for code, department in hospital.departments.items():
            for (role, shift), fewest in department.cover.items():
                run.report.examined["assignments.cover"] += 1
                found = present[hospital_code, code, role, shift]
                if found < fewest:
                    where = f"{hospital.code} {code.decode()} {day} {shift}: {role.decode()} {found} of {fewest}"
                    run.report.fault("assignments.cover", "assigned_staff.csv", None, where)


def check_assignments(run):
    for a in sorted(run.assignments, key=lambda a: a.starts):
        run.first_assignments.setdefault(a.staff_id, a)
    check_assignment_ids(run)
    check_replacements(run)
    for day in run.dates:
        shifts = ((a, a.shift_on(day.toordinal())) for a in run.assignments)
        on_duty = [(a, shift) for a, shift in shifts if shift]
        check_one_place(run, day, on_duty)
        check_cover(run, day, on_duty)


# ---------------------------------------------------------------------------------------------------------------------
# hospital_patients.csv
# ---------------------------------------------------------------------------------------------------------------------

BLOOD_TYPES = {b"O+": 1, b"A+": 2, b"B+": 3, b"AB+": 4, b"O-": 5, b"A-": 6, b"B-": 7, b"AB-": 8}


@rule("patients.references")
def patient_references(row, run):
    """`person_id` is a row of people.csv, and the hospital one of the network's."""
    if int(row.person_id) > len(run.id_numbers):
        return "person_id"
    return None if row.hospital_code in run.hospitals else "hospital_code"


@rule("patients.unique")
def patient_unique(row, run):
    """(hospital, `patient_id`) and (hospital, `person_id`) are unique."""
    hospital, person = run.hospitals.get(row.hospital_code), int(row.person_id)
    if hospital is None or person > len(run.id_numbers):
        return None
    if row.patient_id in hospital.patients:
        return "patient_id"
    return "person_id" if hospital.registered[person] else None


@rule("patients.registered_on")
def patient_registered(row, run):
    """`registered_on` lies between birth and the start."""
    person = int(row.person_id)
    born = run.births[person - 1] if person <= len(run.births) else 0
    registered = DAYS.get(row.registered_on, 0)
    return None if 0 < registered and born <= registered <= run.start.toordinal() else "registered_on"


@rule("patients.blood_type")
def patient_blood_type(row, run):
    """One person has the same blood type at every hospital."""
    person = int(row.person_id)
    known = run.blood_types[person - 1] if person <= len(run.blood_types) else 0
    return "blood_type" if known and known != BLOOD_TYPES[row.blood_type] else None


@functools.lru_cache(maxsize=100_000)
def ascending(codes):
    parts = codes.split(b";")
    return all(a < b for a, b in zip(parts, parts[1:]))


@rule("patients.chronic_conditions")
def patient_conditions(row, _):
    """The codes of `chronic_conditions` are ascending, none twice."""
    return None if ascending(row.chronic_conditions) else "chronic_conditions"


PATIENT_RULES = (patient_references, patient_unique, patient_registered, patient_blood_type, patient_conditions)


def check_patients(run):
    """Reads hospital_patients.csv and keeps, for each hospital, who is known under which `patient_id`."""
    number = 1
    for hospital in run.hospitals.values():
        hospital.registered = bytearray(len(run.id_numbers) + 1)
    for number, row, trusted in rows(run, PATIENTS, "hospital_patients.csv", run.scope):
        if trusted:
            apply(run, PATIENT_RULES, row, run, "hospital_patients.csv", number)
        keep_patient(run, row, trusted)
    count(run, PATIENT_RULES, number - 1)
    check_shared_patients(run)


def keep_patient(run, row, trusted):
    hospital = run.hospitals.get(row.hospital_code)
    person = int(row.person_id) if row.person_id.isdigit() else 0
    if hospital is None or not 0 < person <= len(run.id_numbers) or row.patient_id in hospital.patients:
        return
    hospital.patients[row.patient_id] = len(hospital.persons)
    hospital.persons.append(person)
    hospital.hashes.append(0)
    hospital.last_seen.append(0)
    hospital.registered[person] = 1
    if trusted and not run.blood_types[person - 1]:
        run.blood_types[person - 1] = BLOOD_TYPES[row.blood_type]


@rule("patients.two_hospitals")
def check_shared_patients(run):
    """Some people are registered at two hospitals (in a network of several)."""
    records = sum(len(hospital.persons) for hospital in run.hospitals.values())
    run.report.examined["patients.two_hospitals"] += records
    people = bytearray(len(run.id_numbers) + 1)
    for hospital in run.hospitals.values():
        for person in hospital.persons:
            people[person] = 1
    if len(run.hospitals) > 1 and sum(people) == records:
        run.report.fault("patients.two_hospitals", "hospital_patients.csv", None, "person_id: nobody is")


# ---------------------------------------------------------------------------------------------------------------------
# ehr/DATE/HOSPITAL: one folder
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Day:
    """One folder: a hospital's date, from midnight to midnight in its time zone."""

    run: Run
    hospital: Hospital
    number: int  # from 1
    date: date
    stays: dict = field(default_factory=dict)  # encounter_id -> Stay, as of this day

    def __post_init__(self):
        self.starts_at = midnight(self.date, self.hospital.zone)
        self.ends_at = midnight(self.date + timedelta(days=1), self.hospital.zone)
        self.folder = f"ehr/{self.date}/{self.hospital.code}"
        self.scope = Scope(self.run, self.ends_at, self.date, self.hospital)

    def file(self, name):
        return f"{self.folder}/{name}"

    def holds(self, moment):
        return moment is not None and self.starts_at <= moment < self.ends_at

    def duty_days(self, moment):
        """The dates (ordinals) whose shifts run at a moment of this day: until 07:00 also the night's before."""
        local = datetime.fromtimestamp(moment // 1_000_000, timezone.utc).astimezone(self.hospital.zone)
        today = self.date.toordinal()
        return (today, today - 1) if local.hour < 7 else (today,)


@rule("ehr.folders")
def check_folders(run, days):
    """Every date and hospital has its folder with six CSV files and a manifest, and there is no other folder."""
    run.report.examined["ehr.folders"] += len(days)
    expected = {day.folder for day in days}
    found = {path.relative_to(run.folder.path).as_posix() for path in run.folder.path.glob("ehr/*/*")}
    for name in sorted(found - expected):
        run.report.fault("ehr.folders", name, None, "not a date and hospital of the run")
    for day in days:
        for name in EHR_FILES:
            if not run.folder.exists(day.file(name)):
                run.report.fault("ehr.folders", day.file(name), None, "missing")
        if not (run.folder.path / day.file("manifest.json")).is_file():
            run.report.fault("ehr.folders", day.file("manifest.json"), None, "missing")


@rule("ehr.manifest")
def check_manifest(run, day):
    """`manifest.json` has schema version 1, hospital, date, and rows, bytes and SHA-256 of exactly the six files."""
    manifest = read_json(run, "ehr.manifest", day.file("manifest.json"))
    if manifest is None:
        return
    expected = {"schema_version": 1, "hospital_code": day.hospital.code, "date": day.date.isoformat()}
    for key, value in expected.items():
        if manifest.get(key) != value:
            run.report.fault("ehr.manifest", day.file("manifest.json"), None, key)
    check_extract_time(run, day, manifest)
    listed = check_listed(run, "ehr.manifest", day.file("manifest.json"), manifest, f"{day.folder}/")
    if sorted(listed) != sorted(day.file(name) for name in EHR_FILES):
        run.report.fault("ehr.manifest", day.file("manifest.json"), None, "files")


@rule("ehr.extract_time")
def check_extract_time(run, day, manifest):
    """`extracted_at` is the midnight at the end of the date in the hospital's time zone."""
    run.report.examined["ehr.extract_time"] += 1
    if instant(str(manifest.get("extracted_at")).encode()) != day.ends_at:
        run.report.fault("ehr.extract_time", day.file("manifest.json"), None, "extracted_at")


def read_json(run, name, file):
    """The object in a JSON file; None if there is no such file (which another rule reports) or it holds no object."""
    path = run.folder.path / file
    if not path.is_file():
        return None
    try:
        value = json.loads(path.read_bytes())
    except ValueError:
        value = None
    if not isinstance(value, dict):
        run.report.fault(name, file, None, "not a JSON object")
        return None
    return value


def check_listed(run, name, file, listing, prefix, everything=True):
    """Compares rows, bytes and SHA-256 of a list of files with the files; gives the names in the list."""
    entries = listing.get("files")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        run.report.fault(name, file, None, "files")
        return []
    names = []
    for entry in entries:
        listed = prefix + str(entry.get("name")).removesuffix(".zst")
        names.append(listed)
        if not everything and listed not in run.folder.digests:
            continue
        run.report.examined[name] += 1
        if not run.folder.exists(listed):
            run.report.fault(name, file, None, f"{listed} does not exist")
            continue
        digest = run.folder.digest(listed)
        for key, value in digest._asdict().items():
            if entry.get(key) != value and (key != "rows" or listed.endswith(".csv")):
                run.report.fault(name, file, None, f"{key} of {listed}")
    return names


# ---------------------------------------------------------------------------------------------------------------------
# ehr/DATE/HOSPITAL/patients.csv
# ---------------------------------------------------------------------------------------------------------------------


@rule("ehr.snapshot_patient")
def snapshot_patient(row, day):
    """Each row of a snapshot is a patient of hospital_patients.csv; nobody is in it twice."""
    return None if row.patient_id in day.hospital.patients else "patient_id"


@rule("ehr.snapshot_identity")
def snapshot_identity(row, day):
    """ID number, birth date, sex, citizenship and blood type are those of people.csv and hospital_patients.csv."""
    run, place = day.run, day.hospital.patients.get(row.patient_id)
    person = day.hospital.persons[place] - 1 if place is not None else None
    if person is None or not run.id_numbers[person]:
        return None
    id_number = run.id_numbers[person]
    if int(row.id_number) != id_number:
        return "id_number"
    if DAYS.get(row.date_of_birth) != run.births[person]:
        return "date_of_birth"
    if row.sex != sex_of(id_number):
        return "sex"
    if row.citizenship != citizenship_of(id_number):
        return "citizenship"
    return None if run.blood_types[person] in (0, BLOOD_TYPES[row.blood_type]) else "blood_type"


@rule("ehr.snapshot_conditions")
def snapshot_conditions(row, _):
    """The codes of `chronic_conditions` are ascending, none twice."""
    return None if ascending(row.chronic_conditions) else "chronic_conditions"


SNAPSHOT_RULES = (snapshot_patient, snapshot_identity, snapshot_conditions)


def check_snapshot(run, day):
    """Reads a snapshot; gives (rows that the day before also had, how many of them changed).

    Most rows equal those of the day before, which were examined then: only the others are taken apart. So a fault that
    lasts is reported once, on its first day.
    """
    hospital, today, name = day.hospital, day.number, day.file("patients.csv")
    patients, persons, hashes, last_seen = hospital.patients, hospital.persons, hospital.hashes, hospital.last_seen
    named = run.truth.named(name)
    common = changed = 0
    number = 1
    for number, line in body(run, SNAPSHOT, name):
        place = patients.get(line[: line.find(b",")])
        line_hash = hash(line)
        same = place is not None and hashes[place] == line_hash
        if not same or number in named:
            row, trusted = parse(run, SNAPSHOT, name, number, line, day.scope)
            if trusted:
                apply(run, SNAPSHOT_RULES, row, day, name, number)
        if place is None:
            continue
        seen = last_seen[place]
        last_seen[place] = today
        if number in named:
            continue
        known = hashes[place] != 0  # no dirty line so far: those are compared with nothing
        hashes[place] = line_hash
        if seen == today:
            run.report.fault("ehr.snapshot_patient", name, number, "patient_id: twice")
        elif seen == today - 1 and today > 1:
            common += known
            changed += known and not same
        elif seen:
            run.returned += 1
        if run.deaths.get(persons[place], NEVER) < day.ends_at:
            run.report.fault("ehr.deaths", name, number, "patient_id")
    count(run, SNAPSHOT_RULES, number - 1)
    run.left += count_left(run, day)
    return common, changed


def count_left(run, day):
    """How many living patients were in the last snapshot and are not in this one."""
    if day.number == 1:
        return 0
    hospital = day.hospital
    gone = (place for place, seen in enumerate(hospital.last_seen) if seen == day.number - 1)
    return sum(run.deaths.get(hospital.persons[place], NEVER) >= day.ends_at for place in gone)


CHANGES_MIN, CHANGES_MAX = 0.01, 0.03
HOSPITAL_ROWS_MIN = 5_000  # with fewer, chance alone passes these limits; the sum over the hospitals is always judged


@rule("ehr.snapshot_changes")
def check_changes(run, name, common, changed):
    """Of the rows of two successive snapshots, 1 % to 3 % differ: at each larger hospital and over all hospitals."""
    run.report.examined["ehr.snapshot_changes"] += 1
    if not common * CHANGES_MIN <= changed <= common * CHANGES_MAX or not common:
        run.report.fault("ehr.snapshot_changes", name, None, f"{changed:,} of {common:,} rows differ")


@rule("ehr.leave_and_return")
def check_leave_and_return(run):
    """Some patients leave the snapshots without having died (from day 2 on); some of those come back (from day 3)."""
    run.report.examined["ehr.leave_and_return"] += run.left + run.returned
    if len(run.dates) > 1 and not run.left:
        run.report.fault("ehr.leave_and_return", "ehr", None, "nobody leaves")
    if len(run.dates) > 2 and not run.returned:
        run.report.fault("ehr.leave_and_return", "ehr", None, "nobody comes back")


# ---------------------------------------------------------------------------------------------------------------------
# ehr/DATE/HOSPITAL/encounters.csv
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class Stay:
    """An encounter as one day's row tells it. Only the place is known where the row is not trusted."""

    file: str
    line: int
    day: int
    trusted: bool
    patient_id: bytes = b""
    admitted: int = 0
    located: int = 0
    discharged: int = NEVER  # NEVER while open
    left: int = NEVER
    died: bool = False
    seen_until: int = NEVER  # the end of its last day

    @property
    def open(self):
        return self.discharged == NEVER

    @property
    def known_until(self):
        return min(self.left, self.seen_until)


ENCOUNTER_TIMES = ("admitted_at", "first_location_at", "discharged_at", "last_location_left_at")


@rule("ehr.encounter_patient")
def encounter_patient(row, day):
    """The patient is one of hospital_patients.csv."""
    return None if row.patient_id in day.hospital.patients else "patient_id"


@rule("ehr.encounter_times")
def encounter_times(row, day):
    """Times exist and are before the extract; a bed is left on that day.

    admitted_at <= first_location_at <= discharged_at <= last_location_left_at.
    """
    times = [instant(getattr(row, name)) if getattr(row, name) else -1 for name in ENCOUNTER_TIMES]
    for name, moment in zip(ENCOUNTER_TIMES, times):
        if moment is None or moment >= day.ends_at:
            return name
    admitted, located, discharged, left = times
    if located < 0 or (discharged >= 0) != (left >= 0):
        return "first_location_at" if located < 0 else "last_location_left_at"
    if left >= 0 and not day.holds(left):
        return "last_location_left_at"
    for name, earlier, later in (
        ("first_location_at", admitted, located),
        ("discharged_at", located, discharged),
        ("last_location_left_at", discharged, left),
    ):
        if 0 <= later < earlier:
            return name
    return None


@rule("ehr.encounter_state")
def encounter_state(row, _):
    """An open encounter has neither disposition nor `died`; a discharged one has both."""
    closed = bool(row.discharged_at)
    for name in ("disposition", "died"):
        if bool(getattr(row, name)) != closed:
            return name
    return None


@rule("ehr.encounter_place")
def encounter_place(row, day):
    """The department is one of the hospital's, and the ward one of the department's (empty where none is known)."""
    department = day.hospital.departments.get(row.department_code)
    if department is None:
        return "department_code"
    return None if not row.ward or row.ward in department.wards else "ward"


@rule("ehr.encounter_staff")
def encounter_staff(row, day):
    """The attending is assigned to the hospital on that day; until 07:00 the night shift before counts too."""
    left = instant(row.last_location_left_at) if row.last_location_left_at else None
    days = day.duty_days(left) if left else (day.date.toordinal(),)
    return None if day.run.assigned(row.attending_staff_id, day.hospital, days) else "attending_staff_id"


ENCOUNTER_RULES = (encounter_patient, encounter_times, encounter_state, encounter_place, encounter_staff)


def check_encounters(run, day):
    """Reads a day's encounters and compares them with those of the days before."""
    name, number = day.file("encounters.csv"), 1
    for number, row, trusted in rows(run, ENCOUNTERS, name, day.scope):
        check_one_row(run, day, row, name, number)
        if trusted:
            apply(run, ENCOUNTER_RULES, row, day, name, number)
        day.stays[row.encounter_id] = stay_of(row, day, name, number, trusted)
    count(run, (*ENCOUNTER_RULES, check_one_row), number - 1)
    check_same(run, day)
    check_continued(run, day)
    check_closed(run, day)
    note_deaths(run, day)
    day.hospital.stays.update(day.stays)


def stay_of(row, day, name, number, trusted):
    times = [instant(getattr(row, name)) if getattr(row, name) else NEVER for name in ENCOUNTER_TIMES]
    if not trusted or None in times:
        return Stay(name, number, day.number, False)
    admitted, located, discharged, left = times
    died = discharged < NEVER and row.died == b"true"
    return Stay(
        name, number, day.number, True, row.patient_id, admitted, located, discharged, left, died, day.ends_at
    )


@rule("ehr.encounter_once")
def check_one_row(run, day, row, name, number):
    """A day's file has one row an encounter."""
    if row.encounter_id in day.stays:
        run.report.fault("ehr.encounter_once", name, number, "encounter_id")


@rule("ehr.encounter_same")
def check_same(run, day):
    """An encounter belongs to one patient, and its `admitted_at` stays the same from day to day."""
    for encounter_id, now in day.stays.items():
        before = day.hospital.stays.get(encounter_id)
        if before is None or not (before.trusted and now.trusted):
            continue
        run.report.examined["ehr.encounter_same"] += 1
        if now.patient_id != before.patient_id:
            run.report.fault("ehr.encounter_same", now.file, now.line, "patient_id")
        if now.admitted != before.admitted:
            run.report.fault("ehr.encounter_same", now.file, now.line, "admitted_at")


@rule("ehr.encounter_continues")
def check_continued(run, day):
    """Who is open at the end of a day is in the next day's file; who is new there reached a bed on that day."""
    yesterday = day.number - 1
    for encounter_id, before in day.hospital.stays.items():
        if before.day == yesterday and before.trusted and before.open:
            run.report.examined["ehr.encounter_continues"] += 1
            if encounter_id not in day.stays:
                run.report.fault("ehr.encounter_continues", before.file, before.line, "encounter_id: not next day")
    for encounter_id, now in day.stays.items():
        if encounter_id not in day.hospital.stays and now.trusted and day.number > 1:
            if not day.holds(now.located):
                run.report.fault("ehr.encounter_continues", now.file, now.line, "first_location_at: not the day before")


@rule("ehr.encounter_closed")
def check_closed(run, day):
    """A discharged encounter neither reopens nor appears on a later day."""
    for encounter_id, now in day.stays.items():
        before = day.hospital.stays.get(encounter_id)
        if before is not None and before.trusted and not before.open:
            run.report.fault("ehr.encounter_closed", now.file, now.line, "encounter_id")
    run.report.examined["ehr.encounter_closed"] += len(day.stays)


def person_of(hospital, patient_id):
    place = hospital.patients.get(patient_id)
    return None if place is None else hospital.persons[place]


def note_deaths(run, day):
    for stay in day.stays.values():
        if stay.died:
            person = person_of(day.hospital, stay.patient_id)
            if person is not None:
                run.deaths.setdefault(person, stay.discharged)


@rule("ehr.deaths")
def check_no_stay_after_death(run, stays):
    """Who died is in no hospital's snapshot from that day on (seen in `check_snapshot`), nor admitted afterwards."""
    for person, stay in stays:
        run.report.examined["ehr.deaths"] += stay.died
        if stay.admitted > run.deaths.get(person, NEVER):
            run.report.fault("ehr.deaths", stay.file, stay.line, "admitted_at")


@rule("ehr.one_stay_at_a_time")
def check_overlaps(run, stays):
    """A person, and so a patient, has no two encounters open at the same moment, at one hospital or at two.

    Of a stay that is open nothing is known after its hospital's last extract.
    """
    by_person = defaultdict(list)
    for person, stay in stays:
        by_person[person].append(stay)
    for own in by_person.values():
        own.sort(key=lambda stay: (stay.admitted, stay.known_until))
        until = 0
        for stay in own:
            if stay.admitted < until:
                run.report.fault("ehr.one_stay_at_a_time", stay.file, stay.line, "admitted_at")
            until = max(until, stay.known_until)
    run.report.examined["ehr.one_stay_at_a_time"] += len(stays)


def check_stays(run):
    """Judges all encounters together, each as its last row tells it."""
    stays = [
        (person_of(hospital, stay.patient_id), stay)
        for hospital in run.hospitals.values()
        for stay in hospital.stays.values()
        if stay.trusted
    ]
    stays = [(person, stay) for person, stay in stays if person is not None]
    check_no_stay_after_death(run, stays)
    check_overlaps(run, stays)


# ---------------------------------------------------------------------------------------------------------------------
# ehr/DATE/HOSPITAL: diagnoses, procedures, medications, charges
# ---------------------------------------------------------------------------------------------------------------------


@rule("ehr.line_encounter")
def line_encounter(row, day):
    """Each line refers to an encounter of that day's file and to the encounter's patient."""
    stay = day.stays.get(row.encounter_id)
    if stay is None:
        return "encounter_id"
    return "patient_id" if stay.trusted and stay.patient_id != row.patient_id else None


@rule("ehr.line_time")
def line_time(row, day):
    """Its time is within the day and between the first bed and the discharge."""
    name = next(name for name in row._fields if name.endswith("_at"))
    moment, stay = instant(getattr(row, name)), day.stays.get(row.encounter_id)
    if not day.holds(moment):
        return name
    inside = stay is None or not stay.trusted or stay.located <= moment <= stay.discharged
    return None if inside else name


@rule("ehr.line_staff")
def line_staff(row, day):
    """Who did a procedure is assigned to the hospital on that day; until 07:00 the night shift before counts too."""
    moment = instant(row.performed_at)
    if moment is None:
        return None
    return None if day.run.assigned(row.staff_id, day.hospital, day.duty_days(moment)) else "staff_id"


@rule("ehr.line_principal")
def line_principal(row, _):
    """Of the diagnoses of an encounter the first, and no other, is the principal one."""
    return None if (row.rank == b"principal") == (row.line_number == b"1") else "rank"


@rule("ehr.line_amount")
def line_amount(row, _):
    """An amount is the product of quantity and unit price."""
    product = int(row.quantity) * int(row.unit_price_cents)
    return None if product == int(row.amount_cents) else "amount_cents"


LINE_RULES = {
    "diagnoses.csv": (line_encounter, line_time, line_principal),
    "procedures.csv": (line_encounter, line_time, line_staff),
    "medications.csv": (line_encounter, line_time),
    "charges.csv": (line_encounter, line_time, line_amount),
}


def check_lines(run, day, kind):
    """Reads one of the four files of lines."""
    name, number = day.file(kind), 1
    line_numbers, first_lines = defaultdict(list), {}
    for number, row, trusted in rows(run, LINE_TABLES[kind], name, day.scope):
        if trusted:
            apply(run, LINE_RULES[kind], row, day, name, number)
        if row.line_number.isdigit():
            line_numbers[row.encounter_id].append(int(row.line_number))
            first_lines.setdefault(row.encounter_id, number)
    count(run, LINE_RULES[kind], number - 1)
    check_line_numbers(run, name, day.hospital.line_counts[kind], line_numbers, first_lines)


@rule("ehr.line_numbers")
def check_line_numbers(run, name, counts, line_numbers, first_lines):
    """`line_number` runs from 1 without a gap in each encounter and kind over all days."""
    for encounter_id, numbers in line_numbers.items():
        run.report.examined["ehr.line_numbers"] += len(numbers)
        so_far = counts[encounter_id]
        if sorted(numbers) != list(range(so_far + 1, so_far + 1 + len(numbers))):
            run.report.fault("ehr.line_numbers", name, first_lines[encounter_id], "line_number")
        counts[encounter_id] = so_far + len(numbers)


def check_ehr(run):
    """Day by day: first what happened at every hospital, so that deaths are known, then the snapshots."""
    days = [
        Day(run, hospital, number, day)
        for number, day in enumerate(run.dates, 1)
        for hospital in run.hospitals.values()
    ]
    check_folders(run, days)
    for number in range(1, len(run.dates) + 1):
        today = [day for day in days if day.number == number]
        for day in today:
            check_happenings(run, day)
        check_snapshots(run, today)
        for day in today:
            check_manifest(run, day)
            day.stays.clear()
    check_stays(run)
    check_leave_and_return(run)
    check_rows_of_each_kind(run)


@rule("ehr.rows")
def check_rows_of_each_kind(run):
    """Over all days and hospitals, each of the six files has rows: an empty run is not a good one."""
    rows_of = Counter()
    for name, digest in run.folder.digests.items():
        if name.startswith("ehr/"):
            rows_of[name.rpartition("/")[2]] += digest.rows
    for kind in EHR_FILES:
        run.report.examined["ehr.rows"] += rows_of[kind]
        if not rows_of[kind]:
            run.report.fault("ehr.rows", f"ehr/*/*/{kind}", None, "no rows")


def check_happenings(run, day):
    if run.folder.exists(day.file("encounters.csv")):
        check_encounters(run, day)
    for kind in LINE_TABLES:
        if run.folder.exists(day.file(kind)):
            check_lines(run, day, kind)


def check_snapshots(run, today):
    """The snapshots of one date, and the share of rows that changed since the date before."""
    common_sum = changed_sum = 0
    for day in today:
        if not run.folder.exists(day.file("patients.csv")):
            continue
        common, changed = check_snapshot(run, day)
        common_sum += common
        changed_sum += changed
        if common >= HOSPITAL_ROWS_MIN:
            check_changes(run, day.file("patients.csv"), common, changed)
    if today[0].number > 1:
        check_changes(run, f"ehr/{today[0].date}", common_sum, changed_sum)


# ---------------------------------------------------------------------------------------------------------------------
# What the network delivers
# ---------------------------------------------------------------------------------------------------------------------


@rule("network.departments")
def check_departments(run):
    """`departments.csv` has the departments of the network file, in its order, with name, kind and beds."""
    expected = [
        (hospital.code.encode(), code, department.name, department.kind, str(department.beds).encode())
        for hospital in run.hospitals.values()
        for code, department in hospital.departments.items()
    ]
    lines = rows(run, DEPARTMENTS, "departments.csv", run.scope)
    found = {number: tuple(row) for number, row, trusted in lines if trusted}
    run.report.examined["network.departments"] += len(found)
    for number, row in found.items():
        if number - 2 >= len(expected) or row != expected[number - 2]:
            run.report.fault("network.departments", "departments.csv", number, "not the department of the network")
    if run.folder.digest("departments.csv").rows < len(expected):
        run.report.fault("network.departments", "departments.csv", None, "departments are missing")


@rule("network.manifest")
def check_network_manifest(run, everything):
    """`manifest.json` has schema version 1, day 0, the start, and rows, bytes and SHA-256 of exactly the five files."""
    manifest = read_json(run, "network.manifest", "manifest.json")
    if manifest is None:
        if not (run.folder.path / "manifest.json").is_file():
            run.report.fault("network.manifest", "manifest.json", None, "missing")
        return
    day_0 = run.start - timedelta(days=1)
    for key, value in {"schema_version": 1, "hospital_code": None, "date": day_0.isoformat()}.items():
        if manifest.get(key) != value:
            run.report.fault("network.manifest", "manifest.json", None, key)
    starts_at = max(midnight(run.start, hospital.zone) for hospital in run.hospitals.values())
    if instant(str(manifest.get("extracted_at")).encode()) != starts_at:
        run.report.fault("network.manifest", "manifest.json", None, "extracted_at")
    listed = check_listed(run, "network.manifest", "manifest.json", manifest, "", everything)
    if sorted(listed) != sorted(TOP_FILES):
        run.report.fault("network.manifest", "manifest.json", None, "files")


# ---------------------------------------------------------------------------------------------------------------------
# The folder as a whole
# ---------------------------------------------------------------------------------------------------------------------

TOP_FILES = {
    "departments.csv": {"network"},
    "people.csv": {"people", "staff", "assignments", "patients", "ehr"},
    "staff.csv": {"staff", "assignments", "ehr"},
    "assigned_staff.csv": {"staff", "assignments", "ehr"},
    "hospital_patients.csv": {"patients", "ehr"},
}


@rule("files.present")
def check_present(run, groups):
    """Each of the five files above `ehr/` is there; gives whether they are."""
    needed = [name for name, users in TOP_FILES.items() if users & groups]
    missing = [name for name in needed if not run.folder.exists(name)]
    run.report.examined["files.present"] += len(needed)
    for name in missing:
        run.report.fault("files.present", name, None, "missing")
    return not missing


@rule("files.partial")
def check_partial(run):
    """No file is left under the name it has while it is being written (`*.partial`)."""
    for path in run.folder.path.rglob("*"):
        run.report.examined["files.partial"] += path.is_file()
        if path.name.endswith(".partial"):
            run.report.fault("files.partial", path.relative_to(run.folder.path).as_posix(), None, "left over")


@rule("files.summary")
def check_summary(run, everything):
    """`summary.json`, if there, has rows, bytes and SHA-256 of every CSV file, of the uncompressed content."""
    summary = read_json(run, "files.summary", "summary.json")
    if summary is None:
        return
    listed = check_listed(run, "files.summary", "summary.json", summary, "", everything)
    for name in sorted(run.folder.csv_names() - set(listed)):
        run.report.fault("files.summary", "summary.json", None, f"{name} is not listed")
    for name, times in Counter(listed).items():
        if times > 1:
            run.report.fault("files.summary", "summary.json", None, f"{name} is listed twice")


def check(folder, network, start, days, truth=None, only=None):
    """Checks a folder; gives the report."""
    groups = set(only or ("network", "people", "staff", "patients", "ehr"))
    if "staff" in groups:
        groups.add("assignments")
    run = Run(folder, network, start, days, truth, groups)
    check_partial(run)
    if check_present(run, groups):
        with_staff = bool(groups & {"staff", "ehr"})
        if with_staff:
            read_staff(run)
        check_people(run)
        if with_staff:
            read_assignments(run)
            check_assignments(run)
            check_staff(run)
        if groups & {"patients", "ehr"}:
            check_patients(run)
        if "ehr" in groups:
            check_ehr(run)
        if "network" in groups:
            check_departments(run)
            check_network_manifest(run, everything=not only)
    check_summary(run, everything=not only)
    check_all_shown(run, everything=not only)
    return run.report


register_form_rules()


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--start", type=date.fromisoformat, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--only", type=lambda text: text.split(","), help="of network,people,staff,patients,ehr")
    options = parser.parse_args(argv)
    if unknown := set(options.only or ()) - {"network", "people", "staff", "patients", "ehr"}:
        parser.error(f"--only does not know {', '.join(sorted(unknown))}")
    if options.days < 1:
        parser.error("--days is at least 1")
    return options


def main(argv=None):
    options = arguments(argv)
    report = check(options.folder, options.network, options.start, options.days, options.truth, options.only)
    report.print()
    return 1 if report.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
