// SPDX-License-Identifier: MIT
// SHA-256 of files beside `openssl dgst -sha256` and `sha256sum`, in one run: every case once a round, ratios
// round by round. The digests are compared before anything is timed. Needs libcrypto and those two programs.

#include <repro/hash/tree.hpp>

#include "support/timing.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace fs = std::filesystem;
using paths = std::vector<fs::path>;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

void write_file(const fs::path& path, std::size_t size, unsigned seed) {
    std::string block(mebibyte, '\0');
    std::ofstream out(path, std::ios::binary);
    for (std::size_t done = 0; done < size; done += block.size()) {
        for (char& c : block)
            c = static_cast<char>((seed = seed * 1664525 + 1013904223) >> 24);
        out.write(block.data(), static_cast<std::streamsize>(std::min(block.size(), size - done)));
    }
}

/// Runs a command whose output nobody reads.
void command(const std::string& text) {
    if (std::system((text + " >/dev/null").c_str()) != 0) std::exit(1); // NOLINT(concurrency-mt-unsafe)
}

void hash_all(const paths& files, std::size_t threads) {
    for (const repro::hashed_file& each : repro::hash_files(files, {.threads = threads}))
        if (!each.digest) std::exit(1);
}

/// Ends the program unless sha256sum finds the digests that we find.
void expect_equal_digests(const fs::path& folder, const paths& files) {
    const std::vector<repro::hashed_file> ours = repro::hash_files(files);
    std::ofstream list(folder / "list");
    for (std::size_t i = 0; i < files.size(); ++i)
        list << ours[i].digest.value().sha256.hex() << "  " << files[i].native() << '\n';
    list.close();
    command("sha256sum --quiet -c '" + (folder / "list").native() + "'");
}

void print(const std::vector<bench::timed_case>& cases, double mebibytes) {
    std::printf("| | ms | MiB/s | time of ours, 1 thread |\n|---|---|---|---|\n");
    for (const bench::timed_case& each : cases) {
        std::vector<double> ratios;
        for (std::size_t round = 0; round < each.microseconds.size(); ++round)
            ratios.push_back(each.microseconds[round] / cases.front().microseconds[round]);
        std::sort(ratios.begin(), ratios.end());
        std::printf("| %s | %.1f | %.0f | %.2f [%.2f..%.2f] |\n", each.name.c_str(), each.quantile(0.5) / 1e3,
                    mebibytes * 1e6 / each.quantile(0.5), ratios[ratios.size() / 2], ratios.front(),
                    ratios.back());
    }
    std::printf("\n");
}

void compare(const char* title, const fs::path& folder, const paths& files, int rounds) {
    std::uintmax_t bytes = 0;
    for (const fs::path& each : files)
        bytes += fs::file_size(each);
    expect_equal_digests(folder, files);
    const std::string all = "find '" + folder.native() + "' -name '*.bin' -print0 | xargs -0 -n 20000 ";
    std::vector<bench::timed_case> cases = {
        {"ours, 1 thread", [&] { hash_all(files, 1); }},
        {"ours, 2 threads", [&] { hash_all(files, 2); }},
        {"`openssl dgst -sha256`", [&] { command(all + "openssl dgst -sha256"); }},
        {"`sha256sum`", [&] { command(all + "sha256sum"); }},
    };
    bench::run_rounds(cases, rounds);
    const double mebibytes = static_cast<double>(bytes) / static_cast<double>(mebibyte);
    std::printf("### %s: %zu, %.0f MiB\n\n", title, files.size(), mebibytes);
    print(cases, mebibytes);
}

paths make_files(const fs::path& folder, std::size_t count, std::size_t size) {
    fs::create_directories(folder);
    paths files;
    for (std::size_t i = 0; i < count; ++i) {
        files.push_back(folder / (std::to_string(i) + ".bin"));
        write_file(files.back(), size + i % 4096, static_cast<unsigned>(i));
    }
    return files;
}

} // namespace

int main() {
    const fs::path root = fs::temp_directory_path() / ("repro-bench-" + std::to_string(::getpid()));
    compare("One large file", root / "one", make_files(root / "one", 1, 512 * mebibyte), 9);
    compare("Large files", root / "some", make_files(root / "some", 8, 64 * mebibyte), 9);
    compare("Small files", root / "many", make_files(root / "many", 10'000, 6000), 15);
    fs::remove_all(root);
    return 0;
}
