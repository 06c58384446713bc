#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts packages in the lockfiles under tests/vectors/lockfiles/real with Python's own readers, and writes expected.txt.

A package is local when it lies in the project's folders, hashed when it is not local and carries a digest or a commit,
floating when the file leaves it to a branch or a resolver. It is direct when the project or a member of its workspace
asks for it, transitive when only another package does; the project itself is neither. One that nobody can tell counts as
neither, too.
"""

import json
import pathlib
import re
import tomllib

import yaml

FOLDER = pathlib.Path(__file__).parents[2] / "tests/vectors/lockfiles/real"
NAMES = ("conan.lock", "package-lock.cmake", ".gitmodules", "uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "Pipfile.lock",
         "requirements.txt", "requirements-hashed.txt", "Cargo.lock", "package-lock.json", "conda-lock.yml",
         "conda-linux-64.lock", "pixi.lock", "yarn.lock", "go.mod", "flake.lock")
COMMIT = re.compile(r"\b[0-9a-f]{40}\b")


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(requirements):
    return {plain(re.match(r"[\w.-]+", r)[0]) for r in requirements if isinstance(r, str)}


def project_names(folder):
    """Names that a pyproject.toml asks for."""
    root = tomllib.loads((folder / "pyproject.toml").read_text())
    project = root.get("project", {})
    names = asked(project.get("dependencies", []))
    for group in (project.get("optional-dependencies", {}), root.get("dependency-groups", {})):
        for requirements in group.values():
            names |= asked(requirements)
    poetry = root.get("tool", {}).get("poetry", {})
    names |= {plain(n) for n in poetry.get("dependencies", {}) if n != "python"}
    for group in poetry.get("group", {}).values():
        names |= {plain(n) for n in group.get("dependencies", {})}
    return names


class Counts:
    def __init__(self, version=""):
        self.version, self.rows = version, []

    def add(self, direct, hashed, local=False, floating=False):
        self.rows.append((direct, bool(hashed) and not local, bool(local), bool(floating)))

    def line(self):
        number = lambda at, value=True: sum(row[at] is value for row in self.rows)
        return (f"{self.version} | {len(self.rows)} {number(0)} {number(0, False)} {number(1)} {number(2)} {number(3)}")


def uv(path):
    root = tomllib.loads(path.read_text())
    counts = Counts(root["version"])
    direct = project_names(path.parent)
    for p in root["package"]:
        source = p["source"]
        local = source.keys() & {"editable", "virtual", "directory", "path"}
        files = p.get("wheels", []) + ([p["sdist"]] if "sdist" in p else [])
        hashed = COMMIT.search(source["git"]) if "git" in source else files and all("hash" in f for f in files)
        own = p["name"] == tomllib.loads((path.parent / "pyproject.toml").read_text())["project"]["name"]
        counts.add(None if own else plain(p["name"]) in direct, hashed, local)
    return counts


def pylock(path):
    root = tomllib.loads(path.read_text())
    counts = Counts(root["lock-version"])
    direct = project_names(path.parent)
    for p in root["packages"]:
        files = p.get("wheels", []) + [p[k] for k in ("sdist", "archive") if k in p]
        hashed = "commit-id" in p["vcs"] if "vcs" in p else files and all(f["hashes"] for f in files)
        counts.add(plain(p["name"]) in direct, hashed, "directory" in p)
    return counts


def poetry(path):
    root = tomllib.loads(path.read_text())
    counts = Counts(root["metadata"]["lock-version"])
    direct = project_names(path.parent)
    for p in root["package"]:
        kind = p.get("source", {}).get("type")
        counts.add(plain(p["name"]) in direct, kind == "git" or all("hash" in f for f in p["files"]) and p["files"],
                   kind == "directory")
    return counts


def pdm(path):
    root = tomllib.loads(path.read_text())
    counts = Counts(root["metadata"]["lock_version"])
    direct = project_names(path.parent)
    for p in root["package"]:
        counts.add(plain(p["name"]) in direct, "revision" in p or p.get("files"), "path" in p)
    return counts


def pipenv(path):
    root = json.loads(path.read_text())
    counts = Counts(root["_meta"]["pipfile-spec"])
    pipfile = tomllib.loads((path.parent / "Pipfile").read_text())
    direct = {plain(n) for group in ("packages", "dev-packages") for n in pipfile[group]}
    for group in ("default", "develop"):
        for name, p in root[group].items():
            counts.add(plain(name) in direct, p.get("hashes") or COMMIT.search(p.get("ref", "")), "path" in p)
    return counts


def requirements(path):
    """What asks for a package stands behind "# via": a file (-r ...), the project, or packages of the list."""
    counts, entries = Counts(), []
    for line in path.read_text().splitlines():
        if re.match(r"[\w.]", line):
            entries.append([line, set()])
        elif entries and "--hash=" in line:
            entries[-1][0] += line
        elif entries and (found := re.match(r"\s+#\s+(?:via)?\s*(.*)", line)) and found[1]:
            entries[-1][1].add(found[1])
    project = path.parent / "pyproject.toml"
    own = tomllib.loads(project.read_text())["project"]["name"] if project.exists() else None
    for line, via in entries:
        counts.add(any(v.startswith("-r ") or v == own for v in via) if via else None,
                   "--hash=" in line or COMMIT.search(line), line.startswith("."))
    return counts


def conan(path):
    root = json.loads(path.read_text())
    counts = Counts(root["version"])
    if "graph_lock" in root:
        nodes = root["graph_lock"]["nodes"]
        for key, n in nodes.items():
            if "ref" in n:
                counts.add(key in nodes["0"]["requires"], "#" in n["ref"])
    for group in ("requires", "build_requires", "python_requires"):
        for ref in root.get(group, []):
            counts.add(None, "#" in ref)
    return counts


def cargo(path):
    root = tomllib.loads(path.read_text())
    counts = Counts(root["version"])
    members = [p for p in root["package"] if "source" not in p]
    # "name", or "name version" where two versions stand in the file.
    direct = {d for p in members for d in p.get("dependencies", [])}
    for p in root["package"]:
        is_direct = p["name"] in direct or f'{p["name"]} {p["version"]}' in direct
        local = "source" not in p
        counts.add(None if local else is_direct, "checksum" in p or COMMIT.search(p.get("source", "")), local)
    return counts


def npm(path):
    root = json.loads(path.read_text())
    counts = Counts(root["lockfileVersion"])
    groups = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
    if "packages" not in root:
        project = json.loads((path.parent / "package.json").read_text())
        direct = {n for g in groups for n in project.get(g, {})}

        def walk(tree, top):
            for name, p in tree.get("dependencies", {}).items():
                counts.add(top and name in direct, p.get("integrity"), p["version"].startswith("file:"))
                walk(p, False)

        walk(root, True)
        return counts
    packages = root["packages"]
    files = {n for g in groups for n, v in packages[""].get(g, {}).items() if v.startswith("file:")}
    members = [""] + [p["resolved"] for n, p in packages.items() if p.get("link") and n.split("node_modules/")[-1] not in files]
    direct = set()
    for member in members:
        for group in groups:
            for name in packages[member].get(group, {}):
                place = member
                while f"{place}/node_modules/{name}".lstrip("/") not in packages and place:
                    place = place.rpartition("/")[0]
                direct.add(f"{place}/node_modules/{name}".lstrip("/"))
    linked = {p["resolved"]: n for n, p in packages.items() if p.get("link")}
    for place, p in packages.items():
        if not place or p.get("link"):
            continue
        local = "node_modules/" not in place
        is_direct = linked.get(place, place) in direct
        counts.add((True if is_direct else None) if local else is_direct,
                   "integrity" in p or COMMIT.search(p.get("resolved", "")), local)
    return counts


def yarn(path):
    counts = Counts(re.search(r"# yarn lockfile v(\d)", path.read_text())[1])
    project = json.loads((path.parent / "package.json").read_text())
    direct = {f"{n}@{v}" for g in ("dependencies", "devDependencies", "optionalDependencies") for n, v in project.get(g, {}).items()}
    for entry in re.findall(r"^(\S.*):\n((?:  .*\n?)+)", path.read_text(), re.M):
        keys = {k.strip().strip('"') for k in entry[0].split(",")}
        local = any("@file:" in k for k in keys)
        counts.add(bool(keys & direct), "integrity" in entry[1] or COMMIT.search(entry[1]), local)
    return counts


def conda_lock(path):
    root = yaml.safe_load(path.read_text())
    counts = Counts(root["version"])
    for p in root["package"]:
        counts.add(None, p["hash"])
    return counts


def explicit(path):
    counts = Counts()
    for line in path.read_text().splitlines():
        if line.startswith("http") or line.startswith("# pip "):
            counts.add(None, re.search(r"#(sha256[:=])?[0-9a-f]{32}", line))
    return counts


def pixi(path):
    root = yaml.safe_load(path.read_text())
    counts = Counts(root["version"])
    for p in root["packages"]:
        place = p.get("conda", p.get("pypi"))
        counts.add(None, "sha256" in p or "md5" in p or COMMIT.search(place), "://" not in place)
    return counts


def go(path):
    counts, sums = Counts(), (path.parent / "go.sum").read_text()
    text = path.read_text()
    replaced = set(re.findall(r"replace (\S+) => \./", text))
    for name, version, rest in re.findall(r"^\s+(\S+) (v\S+)(.*)$", text, re.M):
        counts.add("// indirect" not in rest, f"{name} {version} h1:" in sums, name in replaced)
    return counts


def flake(path):
    root = json.loads(path.read_text())
    counts = Counts(root["version"])
    top = root["nodes"]["root"]["inputs"].values()
    for name, n in root["nodes"].items():
        if name != "root":
            counts.add(name in top, n["locked"]["narHash"])
    return counts


def cpm(path):
    """Entries that the tool wrote as comments, "(unversioned)", are open."""
    counts = Counts()
    for name, unversioned in re.findall(r"^# (\S+)( \(unversioned\))?\n(?:# )?CPMDeclarePackage", path.read_text(), re.M):
        body = re.search(rf"^CPMDeclarePackage\({name}\n(.*?)^\)", path.read_text(), re.M | re.S)
        counts.add(None, body and ("SHA256=" in body[1] or COMMIT.search(body[1])), False, unversioned)
    return counts


def submodules(path):
    """The file alone: without the tree no commit is known."""
    counts = Counts()
    for _ in re.findall(r"^\[submodule", path.read_text(), re.M):
        counts.add(True, False, False, True)
    return counts


READERS = dict(zip(NAMES, (conan, cpm, submodules, uv, pylock, poetry, pdm, pipenv, requirements, requirements, cargo, npm,
                           conda_lock, explicit, pixi, yarn, go, flake)))


def main():
    lines = ["# origin: counted by tools/vectors/lockfile_counts.py with Python's tomllib, json and re, and PyYAML",
             "# version: 1", "# command: python3 tools/vectors/lockfile_counts.py",
             "# file | format version | packages direct transitive hashed local floating"]
    for path in sorted(FOLDER.rglob("*")):
        if path.name in READERS:
            lines.append(f"{path.relative_to(FOLDER)} | {READERS[path.name](path).line()}".replace("  ", " "))
    (FOLDER / "expected.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
