// SPDX-License-Identifier: MIT
#pragma once
// Signatures over the exact bytes of a manifest, in a DSSE 1.0.2 envelope
// (https://github.com/secure-systems-lab/dsse). Nothing here knows cryptography: programs that the user names
// sign and check.

#include <filesystem>
#include <string>
#include <vector>

namespace tool {

/// Who signs and who checks.
struct signer {
    std::string program = "ssh-keygen"; ///< ssh-keygen or openssl; unused where there is a command
    std::string key;      ///< ssh-keygen: private key, or to check the file of allowed signers; openssl: PEM
    std::string identity; ///< ssh-keygen, to check: who must have signed
    /// A command of the user's own. It finds the bytes on standard input; it writes the signature to standard
    /// output, or to check finds its file as last argument and succeeds.
    std::vector<std::string> command;
};

/// The type of what is signed.
inline constexpr const char* manifest_payload_type = "application/vnd.repro.manifest+json";

/// Returns what is signed for `payload`: DSSE's pre-authentication encoding.
[[nodiscard]] std::string pre_authentication_encoding(const std::string& type, const std::string& payload);

/// Returns the envelope of a manifest's bytes, signed.
///
/// Errors: errc::argument_invalid without a key; errc::signing_failed where the program fails.
[[nodiscard]] std::string signed_envelope(const std::string& payload, const signer& who);

enum class signature_finding { good, other_type, other_bytes, bad_signature };

/// Returns what was found, in a few words.
[[nodiscard]] const char* word(signature_finding finding);

/// Returns whether the envelope is one of exactly these bytes, with a signature that holds.
///
/// Errors: errc::argument_invalid without a key; those of parse_strict_json, errc::field_missing, field_type
///         and field_value for what is no envelope; errc::signing_failed where the program cannot be started.
[[nodiscard]] signature_finding check_envelope(const std::string& envelope, const std::string& payload,
                                               const signer& who);

/// Returns where the envelope of a manifest stands unless something else is said.
[[nodiscard]] std::filesystem::path envelope_path(const std::filesystem::path& manifest);

} // namespace tool
