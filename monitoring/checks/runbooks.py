"""Runbooks: their parts, and that their commands work in each set-up and change nothing where somebody only looks."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
RUNBOOKS = REPOSITORY / "docs" / "runbooks"
COMPOSE = REPOSITORY / "docker-compose.yml"
# Pages that tell commands of the stack beside the runbooks.
OTHERS = [
    *(REPOSITORY / page for page in ("README.md", "docs/compose.md", "docs/project_brief.md")),
    *sorted((REPOSITORY / "docs" / "training").glob("*.md")),
]

PARTS = ("Meaning", "Impact", "Diagnosis", "Mitigation")
# Where `wardflow` and `ask` are explained. A page must say so: whoever comes from an alert reads that page alone.
EXPLAINED = "What `wardflow` and `ask` stand for: [Commands](README.md#commands)."
# What asks or changes one set-up alone, and the word for all of them.
OF_ONE_SET_UP = [
    (r"\./wardflow\b", "`wardflow`"),
    (r"\bdocker compose run\b", "`wardflow`"),
    (r"\bpsql\b", "`ask`"),
    (r"^(select|table|insert|update|delete)\b", "`ask '...'`"),
    (
        r"(?<![\w./])wardflow (?!(simulation|database|consumer (resume|dead-letters))\b)",
        "`docker compose` with the service; README.md has the table",
    ),
    (r"\bdatabase shell\b", "`ask`, as the image has no psql"),
]
WRITES = re.compile(
    r"docker compose (up|start|restart|stop|kill|rm|down)\b|wardflow simulation (speed|pause|resume|reset)\b"
    r"|batch-ingest once\b|pg_(terminate|cancel)_backend|wardflow database (migrate|seed|erase)\b"
    r"|wardflow consumer (resume(?! --dry-run)|dead-letters (edit|redrive|discard))\b"
)
# Of `docker compose` and `docker compose run`: options whose value is the next word.
WITH_VALUE = {
    "-p", "--project-name", "-f", "--file", "--env-file", "--profile", "--progress",
    "-v", "--volume", "-e", "--env", "-u", "--user", "-w", "--workdir", "-l", "--label", "--entrypoint", "--name",
}


def check_runbook(where, name, index, findings):
    page = RUNBOOKS / f"{name}.md"
    if not page.exists():
        findings.add(where, f"has no page {page.relative_to(REPOSITORY)}")
        return
    place = page.relative_to(REPOSITORY)
    text = page.read_text()
    for part in PARTS:
        if f"\n## {part}\n" not in text:
            findings.add(place, f"has no part \"{part}\"")
    if EXPLAINED not in text:
        findings.add(place, f"does not say: {EXPLAINED}")
    check_words(place, text, findings)
    check_diagnosis(place, text, findings)
    if f"({name}.md)" not in index:
        findings.add("docs/runbooks/README.md", f"does not name {name}.md")


def check_words(place, text, findings):
    for command in commands(text):
        for pattern, word in OF_ONE_SET_UP:
            if re.search(pattern, command):
                findings.add(place, f"`{command}` is of one set-up: say it by {word}")


def check_diagnosis(place, text, findings):
    """Somebody who looks finds a way in each set-up, and changes nothing."""
    found = list(commands(text.partition("\n## Diagnosis\n")[2].partition("\n## ")[0]))
    wanted = ((r"^docker compose ", "`docker compose`"), (r"^(time )?(wardflow|ask) ", "`wardflow` or `ask`"))
    for pattern, words in wanted:
        if not any(re.search(pattern, command) for command in found):
            findings.add(place, f"its diagnosis has no command of {words}")
    for command in found:
        if WRITES.search(command):
            findings.add(place, f"`{command}` changes something: that is no diagnosis")


def check_commands(findings):
    """What Compose runs for somebody must not start what that service waits for: perhaps it was stopped on purpose."""
    dependent = dependent_services()
    if "simulation" not in dependent or "database" in dependent:
        findings.add(COMPOSE.name, "which services depend on others cannot be told")
    for page in [*sorted(RUNBOOKS.glob("*.md")), *OTHERS]:
        for command in commands(page.read_text()):
            for service, has_no_deps in runs(command):
                # Of a shell's variable nothing is known.
                if not has_no_deps and (service in dependent or not re.fullmatch(r"[\w-]+", service)):
                    findings.add(
                        page.relative_to(REPOSITORY),
                        f"`{command}` first starts what {service} depends on: run it with --no-deps",
                    )
    index = (RUNBOOKS / "README.md").read_text()
    for words in ("\n## Commands\n", "\nwardflow() {", "\nask() {"):
        if words not in index:
            findings.add("docs/runbooks/README.md", f"has no {words.strip()}, which the pages rely on")


def commands(text):
    """Lines of blocks of code, and code within text, also where it goes on in the next line."""
    for number, part in enumerate(re.split(r"^```.*\n", text, flags=re.MULTILINE)):
        if number % 2:
            yield from (line.strip() for line in part.splitlines() if line.strip())
        else:
            yield from (" ".join(code.split()) for code in re.findall(r"`([^`]+)`", part))


def dependent_services():
    """Services with depends_on. The file is ours, so its layout is known, and no YAML library is needed."""
    services = re.search(r"^services:\n(.*?)^\S", COMPOSE.read_text(), re.MULTILINE | re.DOTALL)
    parts = re.split(r"^  ([\w-]+):\n", services[1] if services else "", flags=re.MULTILINE)
    return {name for name, text in zip(parts[1::2], parts[2::2]) if re.search(r"^    depends_on:", text, re.MULTILINE)}


def runs(command):
    """Service, and whether it is run without what it depends on, of each `docker compose run`."""
    for words in command.split("docker compose ")[1:]:
        words = words.split()
        if after_options(words)[:1] == ["run"]:
            words = after_options(words)[1:]
            service = after_options(words)[:1]
            options = words[: len(words) - len(after_options(words))]
            yield (service[0].strip("\"'()") if service else ""), "--no-deps" in options


def after_options(words):
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in WITH_VALUE else words[1:]
    return words
