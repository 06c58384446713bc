// SPDX-License-Identifier: MIT
// repro sign: signs a manifest by a program of the user's choice, or checks such a signature.

#include <repro/judge/manifest_reader.hpp>

#include "command.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "run_argument.hpp"
#include "signature.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace tool {
namespace {

struct sign_arguments {
    std::string run;
    std::string envelope;
    bool check = false;
    signer who;
};

exit_code check(const std::string& bytes, const std::filesystem::path& envelope, const signer& who,
                console& out) {
    const signature_finding finding = check_envelope(repro::detail::read_document(envelope), bytes, who);
    const bool good = finding == signature_finding::good;
    if (out.json())
        out.answer({{"envelope", envelope.native()}, {"holds", good}, {"finding", word(finding)}});
    else
        out.print(fmt::format("{}: {}\n", printable(envelope.native()),
                              out.paint(good ? tone::good : tone::bad, word(finding))));
    return good ? exit_code::holds : exit_code::differs;
}

exit_code sign(const sign_arguments& given, console& out) {
    const std::filesystem::path path = find_run(given.run, out);
    const std::string bytes = repro::detail::read_document(path);
    (void)repro::parse_manifest(bytes, path); // nobody signs what is no manifest
    const std::filesystem::path envelope =
        given.envelope.empty() ? envelope_path(path) : std::filesystem::path(given.envelope);
    if (given.check) return check(bytes, envelope, given.who, out);
    write_file(envelope, signed_envelope(bytes, given.who));
    if (out.json())
        out.answer({{"envelope", envelope.native()}});
    else
        out.print(fmt::format("{}: signed\n", printable(envelope.native())));
    return exit_code::holds;
}

} // namespace

command sign_command() {
    const auto given = std::make_shared<sign_arguments>();
    return {"sign",
            "Sign a manifest by ssh-keygen, openssl or a command of yours, or check a signature",
            {{"RUN", "The run", &given->run, presence::required},
             {"--with",
              "ssh-keygen (where absent) or openssl",
              &given->who.program,
              presence::optional,
              {"ssh-keygen", "openssl"}},
             {"--key", "The private key; to check, ssh-keygen's allowed signers or openssl's public key",
              &given->who.key},
             {"--identity", "To check with ssh-keygen: who must have signed", &given->who.identity},
             {"--envelope", "The envelope; manifest.json.dsse.json beside the manifest where absent",
              &given->envelope},
             {"--check", "Check the envelope in place of writing one", &given->check},
             {"COMMAND", "A command that signs standard input, after --", &given->who.command}},
            [given](console& out) { return sign(*given, out); }};
}

} // namespace tool
