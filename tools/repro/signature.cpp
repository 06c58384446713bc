// SPDX-License-Identifier: MIT
#include "signature.hpp"

#include <repro/detail/base64.hpp>
#include <repro/detail/descriptor.hpp>
#include <repro/judge/manifest_fields.hpp>
#include <repro/judge/strict_json.hpp>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace tool {
namespace {

namespace fs = std::filesystem;

repro::error failed(const std::string& program, std::string problem) {
    return {repro::errc::signing_failed, program, std::move(problem),
            "check the program, its key, and what it said above"};
}

/// A folder for the bytes and the signature, readable by its owner alone, gone with it.
class exchange {
public:
    exchange() {
        std::string name = (fs::temp_directory_path() / "repro-sign-XXXXXX").native();
        if (::mkdtemp(name.data()) == nullptr)
            throw repro::error(repro::errc::unwritable, name, repro::detail::errno_text(errno),
                               "give a writable TMPDIR");
        folder_ = name;
    }
    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;
    ~exchange() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    [[nodiscard]] std::string bytes() const { return folder_ / "bytes"; }
    [[nodiscard]] std::string signature() const { return folder_ / "bytes.sig"; } // as ssh-keygen calls it

    static void write(const std::string& path, const std::string& text) {
        std::ofstream file(path, std::ios::binary);
        file << text;
        file.close();
        if (!file) throw repro::error(repro::errc::unwritable, path, "cannot be written", "check TMPDIR");
    }
    static std::string read(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

private:
    fs::path folder_;
};

/// Runs a program with its standard input and output on files; returns whether it succeeded.
bool run(std::vector<std::string> words, const std::string& input, const std::string& output) {
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, 0, input.c_str(), O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child = -1;
    const int problem = ::posix_spawnp(&child, argv[0], &files, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (problem != 0)
        throw failed(words.front(), std::string("cannot be started: ") + repro::detail::errno_text(problem));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void expect_key(const signer& who) {
    if (who.program != "ssh-keygen" && who.program != "openssl")
        throw repro::error(repro::errc::argument_invalid, "--with '" + who.program + "'",
                           "is no program that is known here",
                           "ssh-keygen or openssl, or your own command after --");
    if (who.key.empty())
        throw repro::error(repro::errc::argument_invalid, "--with " + who.program, "was given no key",
                           "add --key FILE");
}

std::string signature_of(const std::string& bytes, const signer& who) {
    const exchange files;
    exchange::write(files.bytes(), bytes);
    bool good = false;
    if (!who.command.empty()) {
        good = run(who.command, files.bytes(), files.signature());
    } else {
        expect_key(who);
        good = who.program == "openssl"
                   ? run({"openssl", "pkeyutl", "-sign", "-rawin", "-inkey", who.key, "-in", files.bytes(),
                          "-out", files.signature()},
                         "/dev/null", "/dev/null")
                   : run({"ssh-keygen", "-Y", "sign", "-q", "-n", "repro", "-f", who.key, files.bytes()},
                         "/dev/null", "/dev/null");
    }
    std::string signature = exchange::read(files.signature());
    if (!good || signature.empty())
        throw failed(who.command.empty() ? who.program : who.command.front(), "gives no signature");
    return signature;
}

bool holds(const std::string& bytes, const std::string& signature, const signer& who) {
    const exchange files;
    exchange::write(files.bytes(), bytes);
    exchange::write(files.signature(), signature);
    if (!who.command.empty()) {
        std::vector<std::string> words = who.command;
        words.push_back(files.signature());
        return run(std::move(words), files.bytes(), "/dev/null");
    }
    expect_key(who);
    if (who.program == "openssl")
        return run({"openssl", "pkeyutl", "-verify", "-pubin", "-rawin", "-inkey", who.key, "-in",
                    files.bytes(), "-sigfile", files.signature()},
                   "/dev/null", "/dev/null");
    if (who.identity.empty())
        throw repro::error(repro::errc::argument_invalid, "--with ssh-keygen", "was not told who signed",
                           "add --identity NAME, as the file of allowed signers has it");
    return run({"ssh-keygen", "-Y", "verify", "-n", "repro", "-f", who.key, "-I", who.identity, "-s",
                files.signature()},
               files.bytes(), "/dev/null");
}

std::string decoded(const repro::detail::json_place& place, const char* key) {
    const auto text = repro::detail::optional_text(place.object, key);
    std::optional<std::string> bytes = text ? repro::detail::from_base64(*text) : std::nullopt;
    if (!bytes) throw repro::detail::field_error(repro::errc::field_value, place.where(key), "is no base64");
    return std::move(*bytes);
}

constexpr repro::detail::field_rule envelope_rules[] = {{"payloadType", repro::detail::json_kind::text},
                                                        {"payload", repro::detail::json_kind::text},
                                                        {"signatures", repro::detail::json_kind::objects}};

} // namespace

std::string pre_authentication_encoding(const std::string& type, const std::string& payload) {
    return "DSSEv1 " + std::to_string(type.size()) + " " + type + " " + std::to_string(payload.size()) + " " +
           payload;
}

std::string signed_envelope(const std::string& payload, const signer& who) {
    const std::string signature =
        signature_of(pre_authentication_encoding(manifest_payload_type, payload), who);
    nlohmann::ordered_json each = {{"keyid", ""}, {"sig", repro::detail::to_base64(signature)}};
    nlohmann::ordered_json envelope = {{"payloadType", manifest_payload_type},
                                       {"payload", repro::detail::to_base64(payload)},
                                       {"signatures", nlohmann::ordered_json::array()}};
    envelope["signatures"].push_back(std::move(each));
    return envelope.dump(2) + "\n";
}

signature_finding check_envelope(const std::string& envelope, const std::string& payload, const signer& who) {
    const nlohmann::json document = repro::detail::parse_strict_json(envelope, "envelope");
    const repro::detail::json_place root{document, "envelope#"};
    if (!document.is_object())
        throw repro::detail::field_error(repro::errc::field_type, root.place, "is no object");
    repro::detail::expect_fields(root, envelope_rules);
    if (document["payloadType"] != manifest_payload_type) return signature_finding::other_type;
    if (decoded(root, "payload") != payload) return signature_finding::other_bytes;
    const std::string bytes = pre_authentication_encoding(manifest_payload_type, payload);
    const repro::detail::json_place signatures = root.at("signatures");
    for (std::size_t i = 0; i < signatures.object.size(); ++i)
        if (holds(bytes, decoded(signatures.at(i), "sig"), who)) return signature_finding::good;
    return signature_finding::bad_signature;
}

const char* word(signature_finding finding) {
    switch (finding) {
    case signature_finding::good:
        return "the signature holds";
    case signature_finding::other_type:
        return "the envelope is one of another type of document";
    case signature_finding::other_bytes:
        return "the envelope is one of other bytes";
    case signature_finding::bad_signature:
        break;
    }
    return "the signature does not hold";
}

fs::path envelope_path(const fs::path& manifest) { return manifest.native() + ".dsse.json"; }

} // namespace tool
