#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Takes one safety step after the other out of a copy of the sources: each time the check of that step has to fail.

A program of checks (*_guards.cpp) prints the names of those that fail. It is built against the headers as they are,
where none may, and against mutated ones, where exactly the checks named below must. Mutations that do not meet share a
build; --each gives every one its own.
"""

import argparse
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PUBLISH, FOLDER, FILES = "run/publish.hpp", "run/folder.hpp", "run/run_files.hpp"
TEMPORARIES, CALLS, EVENTS = "run/temporaries.hpp", "run/system_calls.hpp", "run/events.hpp"
GATE, JSON, BENEATH = "run/gate.hpp", "judge/strict_json.hpp", "judge/beneath.hpp"
SYSTEM = "judge/system_folders.hpp"
REDACT, URL, WRITER = "core/redact.hpp", "core/clean_url.hpp", "detail/json_writer.hpp"
CHECKPOINT, CHECKPOINT_READER = "run/checkpoint_files.hpp", "run/checkpoint_reader.hpp"
MARKUP = "report/markup.cpp"  # of the tool

# A folder that is claimed wrongly is not swept, and without a sweep nobody sees what it does wrong: one of these in a
# build.
SWEEP = {"dead process is swept", "living process is not swept", "other machine is not swept", "sweep follows no link",
         "claimed folder is no link"}
# Where nothing old is removed, nothing shows that the files before are kept.
KEPT = {"older files are removed", "unconfirmed keeps the files before"}

# program: (header, its text, what stands there instead, the checks that must fail)
MUTATIONS = {
    "publish": [
        (FOLDER, "candidate.c_str(), 0777) != 0) {", "candidate.c_str(), 0777) != 0 && errno != EEXIST) {",
         ["mkdir is the claim", "dead process is swept", "sweep follows no link"]),
        (PUBLISH, "O_CREAT | O_EXCL |", "O_CREAT |", ["exclusive"]),
        (PUBLISH, "O_NOFOLLOW | O_CLOEXEC;", "O_CLOEXEC;", ["no link is followed"]),
        (PUBLISH, "O_NOFOLLOW | O_CLOEXEC;", "O_NOFOLLOW;", ["not passed on"]),
        (PUBLISH, "text.remove_prefix(static_cast<std::size_t>(count));", "text.remove_prefix(text.size());",
         ["write all", "limit on file sizes"]),
        (PUBLISH, "if (count < 0 && errno == EINTR) continue;", "", ["interrupted write"]),
        (PUBLISH, 'if (!write_all<Calls>(file, text)) failed = {"cannot be written", errno};',
         "(void)write_all<Calls>(file, text);", ["failed write", "limit on file sizes"]),
        (PUBLISH, "const auto synced = sync<Calls>(file);", "const std::optional synced = durability::on_disk;",
         ["failed fsync", "fsync is not repeated", "failure leaves nothing", "power cut"]),
        (PUBLISH, "return std::nullopt;\n}\n\n/// Writes, syncs",
         "return durability::unconfirmed;\n}\n\n/// Writes, syncs",
         ["failed fsync", "fsync is not repeated", "failure leaves nothing"]),
        (PUBLISH, "if (Calls::sync(file) == 0) return", "if (Calls::sync(file) == 0 || Calls::sync(file) == 0) return",
         ["fsync is not repeated"]),
        (PUBLISH, "if (Calls::close(file) != 0 && !failed", "if (Calls::close(file) != 0 && failed", ["checked close"]),
        (PUBLISH, "!failed && errno != EINTR)", "!failed)", ["interrupted close"]),
        (PUBLISH, "attempt < 2", "attempt < 1", ["fsync is not repeated", "second attempt"]),
        (PUBLISH, "(void)Calls::unlink(place.folder, temporary.c_str());", "", ["failure leaves nothing"]),
        (PUBLISH, "done = Calls::rename_new(", "done = Calls::rename(",
         ["first replaces nothing", "link replaces nothing"]),
        (CALLS, "RENAME_NOREPLACE", "0", ["first replaces nothing"]),
        (PUBLISH, "done = Calls::link(folder, temporary, name);",
         "(void)Calls::unlink(folder, name), done = Calls::link(folder, temporary, name);", ["link replaces nothing"]),
        (PUBLISH, "if (done == 0) (void)Calls::unlink(folder, temporary);", "", ["link replaces nothing"]),
        (PUBLISH, "done = Calls::rename(folder, temporary, name);",
         "(void)Calls::unlink(folder, name), done = Calls::rename(folder, temporary, name);", ["rename", "power cut"]),
        (PUBLISH, "const held_back_signal guard(SIGXFSZ);", "", ["limit on file sizes"]),
        (PUBLISH, "return sync<Calls>(place.folder) == durability::on_disk ? reached : durability::unconfirmed;",
         "return reached;", ["power cut"]),
        (FOLDER, "sync<Calls>(parent.get()).value_or(durability::unconfirmed)", "durability::on_disk",
         ["power cut", "unconfirmed is told"]),
        (FOLDER, "parent && sync<Calls>(parent.get()) == durability::on_disk", "static_cast<bool>(parent)",
         ["power cut"]),
        (FILES, "return folder_.reached == durability::on_disk ? reached : durability::unconfirmed;", "return reached;",
         ["unconfirmed is told"]),
        (FILES, "const int reason = Calls::allocate(file, reserve_bytes);", "const int reason = 0;",
         ["reserve has room", "reserve without room"]),
        (FILES, "if (std::exchange(reserved_, false)) (void)Calls::unlink(folder(), reserve_name);", "",
         ["reserve is given back"]),
        (FILES, "    (void)Calls::unlink(folder, reserve_name);", "", ["reserve without room"]),
        (FILES, "if (folder_.number > 1) sweep_predecessor", "if (folder_.number > 2) sweep_predecessor",
         ["dead process is swept"]),
        (TEMPORARIES, "return good && owner == own_rest &&", "return good &&", ["other machine is not swept"]),
        (TEMPORARIES, " && fate_of(pid, started) == process_fate::gone;", ";", ["living process is not swept"]),
        (FILES, "open_folder<Calls>(AT_FDCWD, path.c_str(), O_NOFOLLOW)",
         "open_folder<Calls>(AT_FDCWD, path.c_str(), 0)", ["sweep follows no link"]),
        (FOLDER, "candidate.c_str(), O_NOFOLLOW)", "candidate.c_str(), 0)", ["claimed folder is no link"]),
        (EVENTS, "if (failed) closed_ = true;", "", ["nothing follows a torn event"]),
        (EVENTS, "O_CREAT | O_EXCL |", "O_CREAT |", ["events are exclusive"]),
    ],
    "gate": [
        (GATE, 'if (open) return refuse("unfinished"', 'if (false) return refuse("unfinished"', ["unfinished"]),
        (GATE, "facts_.status != run_status::completed)", "facts_.status == run_status::aborted)", ["failed"]),
        (GATE, "if (!facts_.has_commit)", "if (false)", ["no commit"]),
        (GATE, "else if (!facts_.dirty)\n", "else if (!facts_.dirty) {}\n        else if (false)\n", ["dirty unknown"]),
        (GATE, "else if (*facts_.dirty)", "else if (false)", ["dirty"]),
        (GATE, "if (facts_.lockfiles.empty())", "if (false)", ["unlocked"]),
        (GATE, "if (!each.hashed)", "if (false)", ["lock unread"]),
        (GATE, '{"hardware.cpu", level::bit_exact},', "", ["incomplete"]),
        (GATE, "field.starts_with(each.field)", "field == each.field", ["incomplete by a prefix"]),
        (GATE, 'if (each.name != "git")', "if (false)", ["unmet"]),
        (GATE, "warn::seed_changed, ", "", ["warned"]),
    ],
    "reader": [
        (JSON, "if (fresh) return true;", "return true;", ["duplicate key"]),
        (JSON, "if (open_.size() == json_depth_limit)", "if (false)", ["depth"]),
        (JSON, 'if (text.starts_with("\\xef\\xbb\\xbf"))', "if (false)", ["byte order mark"]),
        (JSON, "fault != std::string_view::npos)", "false)", ["not UTF-8"]),
        (JSON, "zero != std::string_view::npos)", "false)", ["zero byte"]),
        (JSON, 'if (digits.find_first_of(".eE") == string_t::npos)', "if (false)", ["whole number"]),
        (JSON, "if (text.size() > json_bytes_limit)", "if (false)", ["size"]),
        (JSON, "input_format_t::json, true)", "input_format_t::json, false)", ["behind the end"]),
        (BENEATH, "RESOLVE_BENEATH |", "", ["no way up", "no link out"]),
        (BENEATH, 'if (name == "..") return', "if (false) return", ["no way up"]),
        (BENEATH, "if (S_ISLNK(facts.st_mode)) return", "if (false) return", ["no link itself"]),
        (SYSTEM, "if (!is_below(places, place))", "if (false)", ["no link out of the system"]),
        (SYSTEM, "    expect_whole_name(path);\n", "", ["whole name"]),
    ],
    "text": [
        (REDACT, "drop(at, found.length, hidden);", "", ["token"]),
        (REDACT, "drop(at + 3, user, {});", "", ["user in a text"]),
        (REDACT, "told_ = value.end;", "told_ = value.start;", ["named secret"]),
        (URL, "url.remove_prefix(user);", "", ["user of a URL"]),
        (URL, "to.text.append(secret ? each.substr(0, equals + 1) : each)", "to.text.append(each)", ["parameter of a URL"]),
        (WRITER, "if (c == '\"' || c == '\\\\') {", "if (false) {", ["JSON's quotes"]),
        (WRITER, "static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {", "c == 0x7f) {", ["JSON's controls"]),
        (WRITER, 'text_ += "\\xef\\xbf\\xbd";', "text_ += text.substr(0, step.length);", ["JSON's encoding"]),
        (MARKUP, 'to += "&amp;";', "to += c;", ["ampersand"]),
        (MARKUP, 'to += "&lt;";', "to += c;", ["less than"]),
        (MARKUP, 'to += "&gt;";', "to += c;", ["greater than"]),
        (MARKUP, 'to += "&quot;";', "to += c;", ["quotes of attributes"]),
        (MARKUP, 'to += "&#39;";', "to += c;", ["single quotes"]),
    ],
    "checkpoint": [
        (CHECKPOINT, "if (hash_file(place) != each.content)", "if (false)", ["other content"]),
        (CHECKPOINT, "if (!text || (standing_ &&", "if (true || (standing_ &&", ["another's checkpoint stays"]),
        (CHECKPOINT, "standing_ ? placement::replacement : placement::first", "placement::replacement",
         ["first replaces nothing"]),
        (CHECKPOINT, "O_CREAT | O_EXCL |", "O_CREAT |", ["exclusive"]),
        (CHECKPOINT, 'if (!failed && !sync<Calls>(file)) failed = {"cannot be brought to the disk", errno};', "",
         ["power cut", "failure leaves nothing"]),
        (CHECKPOINT, "if (!files.empty() && !sync<Calls>(folder_.get()))", "if (false)", ["power cut"]),
        (CHECKPOINT, "if (!out.flush())", "if (out.flush(); false)", ["failed write"]),
        (CHECKPOINT, "if (Calls::close(file) != 0 && !failed", "if (Calls::close(file) != 0 && failed", ["checked close"]),
        (CHECKPOINT, "(void)Calls::unlink(folder_.get(), temporary.c_str());\n            throw;", "throw;",
         ["failure leaves nothing"]),
        (CHECKPOINT, "if (reached != durability::on_disk) //", "if (false) //", ["unconfirmed keeps the files before"]),
        (CHECKPOINT, "(left || (is_tied(name) && std::ranges::none_of(needed, same)))", "(left)",
         ["older files are removed"]),
        (CHECKPOINT, "owner_is_gone(*owner, self_));", "true);", ["living process is not swept"]),
        (CHECKPOINT, "(*owner == own || owner_is_gone", "(*owner == own && owner_is_gone", ["dead process is swept"]),
        (CHECKPOINT_READER, "body.back() == '\\n' && text.substr(body.size()) ==", "body.back() == '\\n' || text ==",
         ["other digest"]),
        (CHECKPOINT_READER, 'if (line("contract") != decimal(stream_contract))', 'if (line("contract").empty())',
         ["other contract"]),
        (CHECKPOINT_READER, 'if (head != checkpoint_head && head.starts_with("repro-checkpoint "))', "if (false)",
         ["other layout"]),
    ],
    "fork": [
        ("run/run.hpp", "return ::getpid() == owner_;", "return true;",
         ["forked child finishes nothing", "forked child adds nothing"]),
    ],
}


def source(header):
    """The place of a file below the root."""
    return pathlib.Path("tools/repro" if header == MARKUP else "include/repro") / header


def place(mutation):
    """Where in its file a mutation begins and ends."""
    header, text, _, _ = mutation
    content = (ROOT / source(header)).read_text()
    if content.count(text) != 1:
        raise SystemExit(f"mutations.py: {header} holds {content.count(text)} times, not once: {text}")
    begin = content.index(text)
    return begin, begin + len(text)


def meet(one, other):
    """Whether two mutations touch the same text, or are caught by the same check."""
    if set(one[3]) & set(other[3]) or any(each & set(one[3]) and each & set(other[3]) for each in (SWEEP, KEPT)):
        return True
    (begin, end), (other_begin, other_end) = place(one), place(other)
    return one[0] == other[0] and begin < other_end and other_begin < end


def batches(mutations, each):
    """The mutations in groups of those that do not meet."""
    groups = []
    for mutation in mutations:
        for group in groups:
            if not each and not any(meet(mutation, other) for other in group):
                group.append(mutation)
                break
        else:
            groups.append([mutation])
    return groups


def mutated(folder, group):
    """Makes a copy of the sources with the mutations of a group."""
    for each in ("include", "tools/repro"):
        shutil.copytree(ROOT / each, folder / each)
    for header, text, replacement, _ in group:
        path = folder / source(header)
        path.write_text(path.read_text().replace(text, replacement))


def failures(arguments, folder, program, group):
    """The checks of a program that fail under the mutations of a group."""
    mutated(folder, group)
    command = [arguments.compiler, "-std=c++20", "-O0", "-I", folder / "include", "-I", folder / "tools/repro", "-I", HERE,
               "-I", HERE.parent,
               HERE / f"{program}_guards.cpp", "-o", folder / "guards", *arguments.libraries.split()]
    built = subprocess.run(command, capture_output=True, text=True)
    if built.returncode != 0:
        return [f"does not compile: {built.stderr[:2000]}"]
    done = subprocess.run([folder / "guards"], capture_output=True, text=True, timeout=120)
    return sorted(done.stdout.splitlines())


def judge(arguments, work, number, program, group):
    """Returns what is wrong with a group; nothing where each of its mutations is caught."""
    folder = work / str(number)
    folder.mkdir()
    failed = failures(arguments, folder, program, group)
    shutil.rmtree(folder)
    wanted = sorted(check for mutation in group for check in mutation[3])
    if failed == wanted:
        return None
    edits = "\n".join(f"    {header}: {text!r} -> {replacement!r}" for header, text, replacement, _ in group)
    return f"{program}: checks that failed: {failed}; that must: {wanted}; under\n{edits or '    nothing'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--libraries", default="-lgit2 -lcrypto", help="what the checks are linked with")
    parser.add_argument("--only", choices=MUTATIONS, help="one program alone")
    parser.add_argument("--each", action="store_true", help="a build for each mutation")
    arguments = parser.parse_args()
    jobs = []
    for program in [arguments.only] if arguments.only else reversed(MUTATIONS):  # the longest builds first
        jobs += [(program, group) for group in [[], *batches(MUTATIONS[program], arguments.each)]]
    os.environ["TMPDIR"] = "/dev/shm" if os.path.isdir("/dev/shm") else "/tmp"
    with tempfile.TemporaryDirectory() as work, concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda job: judge(arguments, pathlib.Path(work), *job),
                           [(number, *job) for number, job in enumerate(jobs)])
        problems = [problem for problem in results if problem]
    for problem in problems:
        print(problem)
    count = sum(len(group) for _, group in jobs)
    print(f"{count} mutations in {len(jobs)} builds, {len(problems)} builds not as they must be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
