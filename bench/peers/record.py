"""Measurements that are kept, and the tables of record made of them."""
import json
import os
import sys

from processes import ROOT, command


class Runs(list):
    """Measurements, as JSON objects; with a file, those in it too, and each new one is added to it at once."""

    def __init__(self, file_name):
        super().__init__()
        self.file_name = file_name
        if file_name and os.path.exists(file_name):
            with open(file_name) as file:
                self.extend(map(json.loads, file))

    def add(self, run):
        self.append(run)
        if self.file_name:
            with open(self.file_name, "a") as file:
                file.write(json.dumps(run) + "\n")


def origin():
    """The folder of this CPU below bench/results, and a sentence on when and of what."""
    return command(f"{ROOT}/bench/origin").splitlines()


def show(name, text, is_of_record):
    """Prints a table, and files it under bench/results/<cpu>/ where it is one of record."""
    print(text)
    if is_of_record:
        cpu, _ = origin()
        folder = f"{ROOT}/bench/results/{cpu}"
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/{name}.md", "w") as file:
            file.write(text)
        print(f"filed bench/results/{cpu}/{name}.md", file=sys.stderr)
