"""What is wrong, and where."""


class Findings:
    """What is wrong, each with the place where it is."""

    def __init__(self):
        self.count = 0

    def add(self, place, what):
        self.count += 1
        print(f"{place}: {what}")
