// SPDX-License-Identifier: MIT
#include "explanations.hpp"

#include <algorithm>

namespace tool {
namespace {

constexpr explanation pages[] = {
    {"E_ARGUMENT_INVALID", "An argument is outside its documented range.",
     "A function was given a value it cannot work with: an empty range, a negative count, a probability "
     "above one. "
     "The message names the argument.",
     "Correct the call. The documentation of the function states the range."},
    {"E_ARTIFACT_MISSING", "A file that was named does not exist.",
     "The file is not there, or a folder on its way is not. A relative path of an artifact counts from the "
     "run's "
     "folder; any other counts from the working directory.",
     "Check the spelling and the working directory. Name a file after it was written, not before."},
    {"E_ARTIFACT_UNREADABLE", "A file exists but cannot be read.",
     "Its permissions, those of a folder on its way, or the disk keep it from being read, so its digest is "
     "unknown. "
     "An unknown digest is never reported as a match.",
     "Give read permission to the user who runs the check, or copy the file to where it can be read."},
    {"E_BYTES_TOO_MANY", "A file or text is larger than the library reads.",
     "Documents are read whole, so their size is limited: a manifest to 64 MiB and four million values.",
     "Check that the right file was named. Keep long series in a file of their own and record it as an "
     "artifact."},
    {"E_CHANGED_DURING_HASH", "A file was written to while it was hashed.",
     "Its size or times changed between the first and the last byte, twice. A digest of a moving file "
     "belongs to no "
     "state that it ever had, so none is given.",
     "Finish writing, close the file, and hash it then."},
    {"E_CHECKPOINT_MISMATCH", "A checkpoint belongs to another run.",
     "It was taken under another id, config or seed than this run has, or something was recorded before the "
     "run "
     "was to go on from it. Its streams would go on in a training that is another one, so nothing was "
     "changed.",
     "Go on with the id, the config and the seed that the training began with, and before anything is "
     "recorded. "
     "A training that shall be another one begins anew."},
    {"E_DIGEST_FORMAT", "A text is no SHA-256 digest.",
     "A digest is 64 hexadecimal digits in lower case. Anything else was cut short, changed by hand, or made "
     "by "
     "another algorithm.",
     "Take the record from its source again."},
    {"E_DIGEST_MISMATCH", "Bytes do not have the digest that was recorded for them.",
     "Something changed after the digest was taken: the disk, a copy, an editor, or a person.",
     "Compare with another copy. If the change was meant, record the run again."},
    {"E_FD_LIMIT", "No more files can be opened.",
     "The process, or the machine, has as many open as its limit allows, so something could not be written. "
     "What stood there before is untouched.",
     "Close files that are not needed, or raise the limit (ulimit -n)."},
    {"E_FIELD_MISSING", "A manifest lacks a key that it has to have.",
     "Every manifest holds the eleven keys id, git_sha, git_dirty, seed, config, versions, hardware, "
     "started_at, "
     "finished_at, wall_seconds and artifacts; one with a schema holds what its schema asks for. A fact that "
     "is "
     "unknown is null, with its reason under missing; it is not left out.",
     "Take the manifest from its source again, or have its writer record the key as null."},
    {"E_FIELD_TYPE", "A value of a manifest has the wrong type.",
     "The message gives the place as a JSON pointer and the type that belongs there.",
     "Take the manifest from its source again, or correct the program that wrote it."},
    {"E_FIELD_VALUE", "A value of a manifest has the right type and no meaning.",
     "A status, a time, a level or a digest is spelled in a way that no writer of this format spells it.",
     "Take the manifest from its source again, or correct the program that wrote it."},
    {"E_HASH_BUDGET", "A file or folder is larger than the run hashes.",
     "The code of the run sets hash_limit. A file above it is recorded by its size, its time and a digest of "
     "its first and last MiB, marked partial: that tells most other files from it, and never that a file is "
     "the same. A folder above it has no digest.",
     "Raise hash_limit, or leave it out, where the file is to be verified."},
    {"E_ID_INVALID", "The id of a run cannot be the name of a folder.",
     "Ids become folder names on every file system and appear in shells and reports. They start with a "
     "letter or "
     "digit, go on with letters, digits, dot, underscore and minus, and have at most 128 characters. A dot "
     "at "
     "the end and the names of devices (CON, NUL, COM1, ...) are refused: Windows gives them another "
     "meaning.",
     "Choose another id."},
    {"E_INTERNAL", "Something failed that never should.",
     "This is a defect of the library, of the tool, or of an installation: libcrypto without its default "
     "provider, "
     "for instance.",
     "Report it with the whole message and the command line."},
    {"E_JSON_DUPLICATE_KEY", "An object of a JSON file holds one key twice.",
     "Some readers take the first value, others the last: the same file would mean different things to "
     "different "
     "tools. No writer of this library makes such a file.",
     "Remove one of the two."},
    {"E_JSON_ENCODING", "A JSON file is not plain UTF-8.",
     "It starts with a byte order mark, or holds bytes that are no UTF-8. JSON between programs is UTF-8 "
     "without a "
     "mark (RFC 8259, section 8.1).",
     "Save it as UTF-8 without a byte order mark, or take it from its source again."},
    {"E_JSON_NUMBER", "A JSON file holds a number that would not survive reading.",
     "A whole number beyond 64 bits or a value beyond double precision would be changed silently by most "
     "readers.",
     "Write such numbers as strings."},
    {"E_JSON_SYNTAX", "A file is not JSON, or not to its end.",
     "The message gives line and column. A file that ends early was cut short by a full disk or a broken "
     "copy: the "
     "library itself replaces a manifest in one step and leaves no half of one.",
     "Take the file from its source again."},
    {"E_JSON_TOO_DEEP", "A JSON file is nested too deeply.",
     "More than 64 levels exhaust the stack of many programs. Manifests have fewer than ten beside the "
     "user's own "
     "configuration.",
     "Flatten the configuration, or check that the right file was named."},
    {"E_KNOB_UNKNOWN", "A name is that of no environment variable that is known to change numbers.",
     "The tool knows the variables of the C library, OpenMP, the BLAS libraries, CUDA, NCCL and the "
     "frameworks.",
     "repro explain knobs lists them."},
    {"E_KNOB_WRONG", "An environment variable is set against the level.",
     "Its value lets numbers change from run to run, or from machine to machine, at a level that promises "
     "they do "
     "not. What the user sets is never overwritten in silence.",
     "repro explain NAME says which values keep the promise. Set one of them, or unset the variable."},
    {"E_LEVEL_UNKNOWN", "A word is not one of the three levels.",
     "The levels are bit-exact, seed-stable and distribution-stable.", "Use one of the three words."},
    {"E_LIBRARY_FAILED", "A library that an adapter calls refused.",
     "The message names the library, the call and what the library said.",
     "Look up what the library means by it; memory and devices that are gone are the usual reasons."},
    {"E_LOCK_CONFLICT_MARKERS", "A lockfile holds the marks of an unfinished merge.",
     "Lines that start with seven < or > are what git leaves where two changes met. Such a file fixes "
     "nothing: "
     "each tool reads it in its own way, or not at all.",
     "Finish the merge and let the tool write the lockfile anew; do not merge it by hand."},
    {"E_LOCK_EMPTY", "A lockfile is empty.", "It fixes no package. A file of spaces alone counts as empty.",
     "Let its tool write it anew."},
    {"E_LOCK_SYNTAX", "A lockfile cannot be read to its end.",
     "Its JSON, TOML, YAML or text breaks the rules of its format, is nested deeper than 64 levels, uses "
     "aliases, "
     "or lacks what the format requires. Its digest still identifies it.",
     "Let its tool write it anew. The message says where reading stopped."},
    {"E_LOCK_UNKNOWN_FORMAT", "A file is in no known lockfile format, or not in the one that its name says.",
     "Formats are told by the name of the file, then by its content; where the two disagree, neither is "
     "believed.",
     "Name the file as its tool names it. Any file can be recorded by its digest, whatever its format."},
    {"E_LOCK_UNKNOWN_VERSION", "A lockfile is in a version of its format that is not known here.",
     "A newer tool wrote it, or a much older one. Keys can have changed their meaning, so nothing of it is "
     "graded. "
     "Its digest still identifies it.",
     "Use a newer release of this library, or have the tool write the older format."},
    {"E_MANIFEST_MISSING", "There is no manifest where one was named.",
     "A run's folder holds manifest.json from its first moment on. The named folder holds none, or the named "
     "file "
     "does not exist.",
     "Name a manifest, a run's folder, the beginning of an id, or @last."},
    {"E_NAME_INVALID", "The name of a stream, metric or trace is not allowed.",
     "Names are written into manifests and reports and are part of what a stream's bits depend on, so they "
     "have "
     "1 to 128 characters, out of A-Z a-z 0-9 . _ - / alone.",
     "Choose another name."},
    {"E_NAME_TAKEN", "A name belongs to another stream, or a folder to another sweep, already.",
     "Two streams of one name would be seeded alike and draw the same numbers. Two sweeps in one folder "
     "would "
     "run the same seeds twice.",
     "Choose another name; or wait until the other sweep is over, or give another root, dataset or method."},
    {"E_NO_SPACE", "The disk is full, or a quota is used up.",
     "A manifest could not be written whole. The one written before, if any, is untouched.",
     "Free some space, then run again or finish the record."},
    {"E_NOT_DETERMINISTIC", "A kernel was called whose result is not the same every time.",
     "The run declares the level bit-exact, and the kernel says of itself that it cannot keep it: by a call "
     "of repro::not_deterministic. The message names the operation and where it was called.",
     "Do what the hint says, use another operation, or declare a level that tolerates it."},
    {"E_NOT_REGULAR", "A path names a folder, device, pipe or socket.",
     "Only regular files have a content that can be hashed twice with the same result. Nothing else is "
     "opened.",
     "Name a regular file; pack a folder into one if it has to be recorded whole."},
    {"E_NOT_REPEATABLE", "The manifest does not hold enough to run this again.",
     "repro rerun needs the commit, the changes of a dirty tree as a patch, the whole command line, and the "
     "program "
     "with the bytes that ran. The message names what is missing or has changed.",
     "Do what the message says: --exec names another program, --repository another clone; record runs from a "
     "clean "
     "tree or with git_patch."},
    {"E_NOT_SEEDED", "Something was drawn before there was a seed.",
     "A stream's bits depend on the seed of the run. Without one they would depend on chance, and nobody "
     "could "
     "repeat them.",
     "Call seed_everything, or make the run, before anything is drawn."},
    {"E_PATH_ESCAPE", "A manifest names a file where it does not choose what is read.",
     "A relative path that climbs out by '..', or an absolute one without the mark, is never opened: no "
     "writer makes such a record. An input, a library or a program elsewhere than in the run's folder, below "
     "the working directory or where the system keeps its own is opened only for a reader who allows it: a "
     "made-up manifest must not choose which files of this machine are read. Nor is anything written through "
     "a "
     "link to the folder of the runs that another user made.",
     "Check where the manifest comes from. Give --allow-outside if you trust it, or run the check where the "
     "files are. For a link, set REPRO_EXPERIMENTS to the folder itself."},
    {"E_PSEUDO_FS", "A file is a view of the kernel's state.",
     "Files under /proc and /sys look regular but are made up anew for each reader.",
     "Copy the content into a regular file and record that."},
    {"E_RANKS_CONTRADICT", "The launcher and the communicator count ranks differently.",
     "The launcher started several processes, and MPI has put each into a world of its own or of another "
     "size: "
     "mpirun of one MPI started a program that is linked with another, or srun had no plugin for this MPI.",
     "Start the program with the mpirun of the MPI that it is linked with, or srun with --mpi=pmix or pmi2; "
     "`srun --mpi=list` says which there are."},
    {"E_READ_ONLY", "The file system does not take writes.",
     "The folder of the runs lies on a file system that is mounted read-only.",
     "Set REPRO_EXPERIMENTS to a folder that can be written."},
    {"E_RUN_AMBIGUOUS", "The beginning of an id fits several runs.", "The message lists some of them.",
     "Give more characters of the id."},
    {"E_RUN_UNKNOWN", "No run has an id with this beginning.",
     "Runs are looked for under REPRO_EXPERIMENTS, else under ./experiments. An id may be given with or "
     "without "
     "its date, or as its run_id.",
     "Check the working directory and REPRO_EXPERIMENTS, or give the path of the manifest."},
    {"E_SAMPLE_FAILED", "A sample of a data set could not be loaded.",
     "The function that was given to the loader threw an exception for it, maybe in a worker's thread. The "
     "error "
     "comes in the sample's turn, names its place and its number, and carries the exception.",
     "Mend the sample or leave it out, and go on: the loader's next item is the one behind it."},
    {"E_SCHEMA_VERSION", "A manifest was written by a newer library, or a trace by one of another version.",
     "Its schema has a higher major version: keys may mean something else there. Guessing could turn a "
     "mismatch "
     "into a match.",
     "Read it with the version of the tool that its writer belongs to."},
    {"E_SEED_DUPLICATE", "Two runs of one side have the same seed.",
     "Statistics count independent observations. A run repeated under its seed is no new one: it would make "
     "the "
     "spread look smaller than it is.",
     "Name each seed's run once. To hold a repetition against its original, give one run a side."},
    {"E_SEED_INVALID", "A text or number is no seed.",
     "A seed is a whole number from 0 to 18446744073709551615. Negative, larger or malformed ones are "
     "refused: a "
     "seed that was cut or wrapped silently would not be the one in the manifest.",
     "Give a number in that range, in decimal, or in hexadecimal after 0x."},
    {"E_SEEDS_DIFFER", "Ranks of one run were given different seeds.",
     "All ranks have to agree on one seed: what they share is keyed by it. The message says which ranks were "
     "given which.",
     "Pass one seed on all ranks, or on none but one; look for REPRO_SEED in the environment of some alone."},
    {"E_SIGNING_FAILED", "The program that signs or checks did not do so.",
     "Signatures are made and checked by a program that the command line names: ssh-keygen, openssl, or a "
     "command. It could not be started, or gave no signature; what it said of it stands above the message.",
     "Check that the program is installed and that the key is the right one and readable."},
    {"E_SNAPSHOT_CONTRACT", "A snapshot comes from another stream contract.",
     "The contract is the number behind which every promised bit stands. Under another one the saved states "
     "would "
     "go on with other numbers.",
     "Restore the snapshot, or go on from the checkpoint, with the version that wrote it."},
    {"E_SNAPSHOT_DAMAGED", "A snapshot is not what was saved.",
     "Its digest does not fit its text, or it ends early. Nothing was restored and no stream was changed.",
     "Use another copy."},
    {"E_SNAPSHOT_MISMATCH", "A snapshot belongs to a program with other streams.",
     "It names sources that this process does not have, or lacks some that it has. Restoring a part would "
     "leave a "
     "state that never existed, so nothing was changed.",
     "Hand in the same adapters and track the same engines before restoring."},
    {"E_STATE_INVALID", "The saved state of one generator cannot be read.",
     "The text is damaged or belongs to another type of generator. The generator was not changed.",
     "Give a text that the same type of generator saved."},
    {"E_TRACE_DAMAGED", "A trace file is not what was written.",
     "A record in it has a wrong check sum or length. A torn last record, as after a power loss, is not an "
     "error: "
     "it is left out and reported.",
     "Use another copy, or compare up to the damaged record."},
    {"E_TREE_LIMIT", "A folder holds more files than its digest takes.",
     "The digest of a folder is that of the list of all its files, and the list has an end.",
     "Name the files that matter, or pack them into an archive and name that."},
    {"E_UNREADABLE", "Something the library needs cannot be read.",
     "The message names the file or device and the system's reason.", "Check permissions and paths."},
    {"E_UNWRITABLE", "Something cannot be written.",
     "The message names the file and the system's reason. What stood there before is untouched.",
     "Check permissions, space and quota."},
    {"W_ARTIFACT_MISSING", "An artifact was named but did not exist at the end of the run.",
     "The manifest lists it without a digest, so it can never be verified.",
     "Name artifacts after they are written, with paths that count from the run's folder."},
    {"W_BUILD_DIRTY", "The program was built from a tree with changes.",
     "repro_embed_build_info asked Git at the build: files were staged or modified, or those of a fetched "
     "dependency were. No commit holds what was compiled, so nobody else can build it.",
     "Commit, and build again."},
    {"W_BUILD_STALE", "The program was built from another commit than the tree it runs in.",
     "The commit that repro_embed_build_info left in the program at the build is not the one checked out "
     "where the run started: the binary is older or newer than the sources beside it, or belongs to another "
     "repository.",
     "Build again, or check out the commit that the message names."},
    {"W_BUILDS_DIFFER", "Translation units were compiled with different flags that change numbers.",
     "Each unit that includes the library says how it was compiled, and shared libraries do, too. Where one "
     "fuses a*b+c or reorders sums and another does not, the same source gives different numbers, and an "
     "inline function has the flags of whichever unit the linker took it from.",
     "Compile the named units with the same floating-point flags: -ffp-contract, -ffast-math and its parts, "
     "-march."},
    {"W_CHECKPOINT_FAILED", "A checkpoint could not be written.",
     "The disk is full, or its folder cannot be written. The training went on, and the checkpoint before "
     "stands "
     "as it was; a later one may succeed.",
     "Free some space, or name a folder that can be written."},
    {"W_CONFIG_FAILED", "The configuration could not be recorded.",
     "It holds something that JSON cannot hold. The run went on; its manifest has no configuration.",
     "Pass values that JSON can hold: objects, arrays, numbers, text, booleans."},
    {"W_ENTROPY_TAKEN", "Something drew numbers that the run's seed does not reach.",
     "An audit counted calls that took entropy from the system, that seeded a generator of C with the time, "
     "or "
     "that drew from one which nobody seeded. The manifest lists them under entropy: the call, how often, "
     "and the "
     "library and function that made it. What the library draws for its own seeds and ids is marked as own, "
     "and "
     "not counted here.",
     "Seed what the list names. Where it draws for something that changes no number, such as the name of a "
     "temporary file, the warning can be lived with; strict runs still fail by it."},
    {"W_ENVIRONMENT_LATE", "A variable was set too late for its reader.",
     "Some variables are read once, when the process or a library starts. Setting one from inside the "
     "program "
     "changes the variable and not the behaviour.",
     "Set it before the program starts."},
    {"W_EVENTS_DAMAGED", "Lines of a run's events are not as they were written.",
     "Each line of events.jsonl has a number and a checksum. Where a checksum does not fit or a number is "
     "missing, what the line held is lost; the others stand. A torn last line is no damage: the process "
     "ended "
     "while it was written.",
     "Check the disk. The values of the other lines are in the manifest."},
    {"W_EVENTS_FAILED", "A run's metrics are no longer kept as they come.",
     "Each value of a metric is appended to events.jsonl in the run's folder, where it outlives the process. "
     "That file could not be written any further. The last manifest holds all metrics whatever becomes of "
     "it; "
     "a run that is killed loses those after the failure.",
     "Free space in the folder of the runs, and check its permissions."},
    {"W_FOLDER_ELSEWHERE", "The run's folder is not where it was asked for.",
     "The folder of the runs could not be made or written, so the run was recorded in another place, which "
     "the "
     "warning names. Tools that look under REPRO_EXPERIMENTS do not find it.",
     "Set REPRO_EXPERIMENTS to a folder that can be written, and move the run there. REPRO_FALLBACK_DIR says "
     "where such runs go; without it they go among the system's temporary files."},
    {"W_FOLDER_OPEN", "Everybody may change the folder of the runs.",
     "It is writable for all and has no sticky bit, so that any user of the machine can rename, remove and "
     "replace runs. Their manifests are evidence of nothing then.",
     "chmod o-w the folder, or chmod +t it as /tmp is."},
    {"W_FORKED", "A forked process draws from streams of its parent.",
     "Parent and child would draw the same numbers. Named streams get keys of their own in the child; "
     "generators "
     "of other libraries keep what those libraries do, which is usually nothing.",
     "Seed each worker with seed_worker(worker, epoch)."},
    {"W_FP_CHANGED", "The floating-point environment did not stay as it was at the run's start.",
     "Rounding mode, flush-to-zero or denormals-are-zero changed during the run, or a thread that was "
     "checked "
     "has others. A library linked with -ffast-math changes them when it is loaded; the message names one "
     "where it was found.",
     "Put a repro::fp_scope around the work, in each thread; link the named library without -ffast-math."},
    {"W_FP_ENVIRONMENT", "The run started with another floating-point environment than the promised one.",
     "Results are rounded otherwise than to nearest, or denormal numbers become zero. The promises of the "
     "library, and most of its known answers, are for nearest with denormals kept.",
     "Put a repro::fp_scope around the run, and link what the message names without -ffast-math."},
    {"W_GIT_CHANGED", "The repository is not the same at the end of the run as at its start.",
     "Another commit was checked out, or files were staged, edited or put back while the run went on. "
     "git_sha and git_dirty tell of the start, git.at_end of the end; what the program read in between can "
     "be "
     "of either.",
     "Run from a tree that nobody works in: git worktree add."},
    {"W_GIT_ENCLOSING", "The repository around the run has probably nothing to do with it.",
     "Git looks for a repository in every folder above, and found one in the home folder or above it, as "
     "where "
     "configuration files are kept in git. It tracks nothing in the folder of the run, so git_sha and "
     "git_dirty "
     "say nothing about the program.",
     "Run git init where the sources are, or start the run inside their repository."},
    {"W_GIT_UNKNOWN", "The state of the source code is not known.",
     "There is no repository, it could not be read, or it belongs to another user. git_sha and git_dirty are "
     "null, "
     "which passes no check.",
     "Run inside the repository, as the user to whom it belongs."},
    {"W_INPUT_CHANGED", "An input is not the same at the end of the run as at its start.",
     "Nobody can say which of the two the run has read. Both digests are recorded.",
     "Run again on inputs that nobody writes to."},
    {"W_INPUT_MISSING", "An input of the run could not be read.",
     "It does not exist, is not a regular file, or may not be read. It is listed without a digest, so nobody "
     "can "
     "check later that a repetition reads the same data.",
     "Check the path; it counts from the working directory."},
    {"W_KNOB_WRONG", "An environment variable is set against the run's level.",
     "Its value lets numbers change from run to run at a level that promises they do not. In strict mode the "
     "run fails.",
     "repro explain NAME says which values keep the promise."},
    {"W_LEVEL_UNMET", "The run does not meet every condition of the level it declares.",
     "The manifest lists each under unmet, with what to do. The level stays what the author declared: "
     "nothing is "
     "downgraded in silence, and a reviewer sees what the claim lacks.",
     "Meet the conditions, or declare the level that the run can keep."},
    {"W_LOCK_CONSTRAINTS_ONLY", "A file leaves the choice of versions to a resolver.",
     "Ranges, bare names, branches, or a file of constraints: the same file gives other packages on another "
     "day. "
     "Its digest shows that the question is the same, not the answer.",
     "Let the tool write a lockfile from it, and record that one."},
    {"W_LOCK_FLOATING_VCS", "A lockfile names a branch, or an address without a digest.",
     "What stands there can change while the lockfile stays as it is.",
     "Name the commit in all its digits, or the digest of the archive."},
    {"W_LOCK_LOCAL_PATH", "A lockfile names packages that lie in a folder.",
     "A folder has no version and no digest in the lockfile. Git holds those of the project itself; any "
     "other is held "
     "by nothing.",
     "Keep them in the same repository, or record them as inputs of the run."},
    {"W_LOCK_PARTIAL_HASH", "Some packages of a lockfile carry no digest.",
     "Their versions are fixed, their content is what the index gives out on the day.",
     "Have the tool write digests for all of them."},
    {"W_LOCK_STALE", "A lockfile does not belong to its project file any more.",
     "The project asks for something else than what the lockfile answers: the digest that the tool left in "
     "it does not "
     "fit the project file.",
     "Let the tool lock again, and run again."},
    {"W_LOCK_UNHASHED", "No package of a lockfile carries a digest.",
     "Versions are fixed, contents are what the index gives out on the day.",
     "Have the tool write digests: pip-compile --generate-hashes, for instance."},
    {"W_LOCKFILE_MISSING", "A lockfile that was named could not be read.",
     "It is listed without a digest: which versions of its packages the run used is not known from it.",
     "Check the path; it counts from the working directory."},
    {"W_MANIFEST_NOT_WRITTEN", "A run left no manifest, or no final one.",
     "Recording never stops a training run, so it went on. The line before tells the reason.",
     "Check space and permissions of the folder of the runs."},
    {"W_NOT_DETERMINISTIC", "A kernel was called whose result is not the same every time.",
     "At level seed-stable that is a warning, once for each operation. The manifest counts the calls under "
     "not_deterministic.",
     "Do what the hint says. At level bit-exact the call is an error, at distribution-stable it passes."},
    {"W_PATCH_MISSING", "The changes of a dirty tree were to be kept, and are not.",
     "The message says why: the patch is longer than git_patch.limit, seems to hold a secret, or would not "
     "rebuild "
     "the tree (conflicts, changes in submodules, files that are marked unchanged). The run goes on; repro "
     "rerun "
     "cannot repeat it.",
     "Commit the changes, or raise the limit."},
    {"W_RANKS_CHANGED", "A run goes on with another rank or another number of ranks.",
     "The checkpoint was taken by another rank, or in a world of another size. The order of the data goes on "
     "exactly, since it knows no ranks. Streams of ranks (rank_stream) are keyed anew by the step, the "
     "rank "
     "and the world, so that no number is drawn twice; their numbers are not those of an uninterrupted run.",
     "Nothing, where that is what was meant. Else start as many ranks as before, each with its own "
     "checkpoint."},
    {"W_RANK_TAKEN", "Another process has recorded this rank of this launch.",
     "REPRO_RUN_ID was used for a second launch, or a program that a rank started inherited the rank's "
     "variables. The run got a folder of its own.",
     "Set REPRO_RUN_ID anew for each launch; unset the launcher's variables for programs that ranks start."},
    {"W_RANKS_DIFFER", "The ranks of a run do not rest on the same things.",
     "The processor, a library, the code, the configuration or an input is another one on some ranks; the "
     "manifest says under `ranks` which.",
     "Run all ranks on one kind of machine, from one folder of files, with one environment."},
    {"W_RANKS_UNCLEAR", "Variables of the launcher contradict each other, or name no launch.",
     "The message has them. Where the rank itself is in doubt, each process records a run of its own.",
     "Unset what an earlier launcher left; set REPRO_RUN_ID, new for each launch, where the launcher gives "
     "nothing that all ranks share."},
    {"W_RECORD_FAILED", "Something could not be recorded.",
     "The run went on without it. The manifest lists what is missing, with the reason.",
     "Read the text of the warning; it names what failed."},
    {"W_REGISTRY_DUPLICATE", "A process holds two registries of streams.",
     "A shared library was loaded with symbols of its own (RTLD_LOCAL, or a program without -rdynamic). A "
     "stream "
     "asked for there is not the stream of the same name here.",
     "Load it with RTLD_GLOBAL, or link the program with -rdynamic."},
    {"W_SEED_CHANGED", "A second call gave another seed.",
     "What was drawn before does not belong to the seed that the manifest names.",
     "Seed once, at the start of the program."},
    {"W_SEED_DRAWN", "Nobody gave a seed, so one was drawn.",
     "It came from the operating system and is recorded: the run can be repeated by passing it.",
     "Pass a seed."},
    {"W_SEED_MISMATCH", "The manifest was given another seed than the streams.",
     "What was drawn does not follow from the seed that the caller asks to record. Both are in the manifest.",
     "Pass the same seed to seed_everything and to record_manifest."},
    {"W_STREAMS_DIFFER", "Streams of the ranks do not stand as they have to.",
     "A common stream differs between ranks, or two ranks share the state of a stream that each has its own "
     "of: "
     "a state was restored on the wrong rank, or some ranks drew more from a common stream.",
     "Look at `ranks` in the manifest; draw from common streams alike on all ranks, from rank_stream() "
     "else."},
    {"W_SWITCH_CHANGED", "A library's switch is not what it was when the run began.",
     "Adapters set switches that change numbers and read them back, at the start and at the end. Somebody "
     "set "
     "one of them in between, and which steps ran under which value is not known. Both are recorded.",
     "Set switches before the run is made, or through the adapter."},
    {"W_TEXT_REPLACED", "Some text of the manifest is not what the program passed.",
     "JSON holds UTF-8 alone. Bytes that are no UTF-8, as in names of files from other systems, were "
     "replaced by "
     "U+FFFD.",
     "Pass UTF-8; rename files whose names are not."},
    {"W_THREADS_RUNNING", "Threads ran before the first seed.",
     "Generators of a thread's own may have been used already, and the order of draws between threads is not "
     "determined.",
     "Seed first, then start threads."},
    {"W_TRACE_FAILED", "A trace could not be written to its end.",
     "The run went on without it. What was written up to there is readable.",
     "Check space and permissions of the run's folder."},
    {"W_UNSEEDED_GENERATOR", "A generator was made without a seed.",
     "default_rng() without an argument takes its seed from the operating system, whatever was seeded "
     "before: "
     "what it draws cannot be repeated.",
     "Pass a seed, or draw from a named stream."},
    {"W_VOLATILE_FS", "The runs lie on a file system that does not survive a reboot.",
     "A manifest in memory is lost with the machine's power.",
     "Set REPRO_EXPERIMENTS to a folder on a disk."},
};

} // namespace

std::span<const explanation> explanations() noexcept { return pages; }

const explanation* find_explanation(std::string_view code) noexcept {
    const auto* const found = std::ranges::find(pages, code, &explanation::code);
    return found == std::end(pages) ? nullptr : found;
}

} // namespace tool
