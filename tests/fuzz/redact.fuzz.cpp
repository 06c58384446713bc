// SPDX-License-Identifier: MIT
// Whatever the bytes are: they are cleaned without an error, a second time changes nothing, and what was
// counted is what was taken.

#include <repro/core/redact.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

void expect(bool condition) {
    if (!condition) std::abort();
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    repro::redaction_list log;
    const std::string once = repro::redact(text, log, "here");
    expect(log.all().empty() == (once == text));
    repro::redaction_list again;
    expect(repro::redact(once, again, "here") == once);
    (void)repro::redact_arguments(words_of(text), log, "here");
    const std::string url = repro::clean_url(text);
    expect(repro::clean_url(url) == url);
    return 0;
}
