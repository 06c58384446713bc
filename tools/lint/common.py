# SPDX-License-Identifier: MIT
"""What the checks share: where the repository is, and how a problem is told."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Problems(list):
    """The problems one check found, each with its place and its cure."""

    def add(self, path, line, what, fix):
        self.append((path, line, what, fix))

    def report(self, name):
        """Prints them; returns the exit status."""
        for path, line, what, fix in self:
            place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            print(f"{place}:{line}: {what} ({fix})")
        print(f"{name}: {'holds' if not self else f'{len(self)} problems'}")
        return 1 if self else 0
