// SPDX-License-Identifier: MIT
// The one unit of a program that has the audit compiled in.

#include <repro/launch/audit.hpp>

#include <cstdio>
#include <string>
#include <string_view>

void tell();
void tell() {
    const repro::entropy_report seen = repro::entropy_audit();
    std::printf("watched %d, taken %llu\n", seen.watched ? 1 : 0,
                static_cast<unsigned long long>(seen.taken()));
    for (const repro::entropy_use& each : seen.uses)
        std::printf("%s %s %llu %s %s\n", std::string(to_string(each.kind)).c_str(),
                    std::string(to_string(each.call)).c_str(), static_cast<unsigned long long>(each.count),
                    each.object.substr(each.object.rfind('/') + 1).c_str(), each.function.c_str());
}
