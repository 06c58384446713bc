// SPDX-License-Identifier: MIT
#pragma once
// Whether the process is in a container, of which kind and from which image, and how that was told. What is
// not known to be none is unknown.

#include <repro/capture/gpu.hpp>
#include <repro/core/error.hpp>
#include <repro/detail/descriptor.hpp>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace repro::inline v0 {

/// The container of the process.
struct container_facts {
    std::optional<std::string> kind;  ///< "docker", "podman", "apptainer", ..., "none"; nothing where unknown
    std::optional<std::string> image; ///< its name, or the file it is in
    std::optional<std::string> digest; ///< of the image
    std::string told_by;               ///< "/.dockerenv", "APPTAINER_CONTAINER", ...
    std::vector<missing_fact> missing;
};

namespace detail {

/// Returns the value of key="value" or key=value in lines of a file such as /run/.containerenv.
[[nodiscard]] inline std::optional<std::string> setting_of(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = trimmed(next_token(text, '\n'));
        if (!line.starts_with(key) || line.substr(key.size(), 1) != "=") continue;
        std::string_view value = line.substr(key.size() + 1);
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        if (!value.empty()) return std::string(value);
    }
    return std::nullopt;
}

/// Looks for a container in the file system below `root` and in the process's environment.
class container_search {
public:
    explicit container_search(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] container_facts run() {
        if (!(by_variables() || by_marks() || by_groups())) by_namespaces();
        if (const char* const image = variable("REPRO_CONTAINER_IMAGE");
            image != nullptr && facts_.kind != "none")
            facts_.image = image;
        if (facts_.image && !facts_.digest)
            if (const std::size_t at = facts_.image->find("@sha256:"); at != std::string::npos)
                facts_.digest = facts_.image->substr(at + 1);
        say_missing();
        return std::move(facts_);
    }

private:
    [[nodiscard]] static const char* variable(const char* name) noexcept {
        const char* const value = std::getenv(name);
        return value != nullptr && *value != '\0' ? value : nullptr;
    }

    [[nodiscard]] bool there(const char* path) const { return ::access((root_ + path).c_str(), F_OK) == 0; }
    [[nodiscard]] std::optional<std::string> read(const char* path, std::size_t limit = 16384) const {
        return read_text((root_ + path).c_str(), limit);
    }

    bool tell(std::string_view kind, std::string_view by) {
        facts_.kind = kind;
        facts_.told_by = by;
        return true;
    }

    bool by_variables() {
        for (const auto& [name, kind] :
             {std::pair{"APPTAINER_CONTAINER", "apptainer"}, {"SINGULARITY_CONTAINER", "singularity"}}) {
            const char* const image = variable(name);
            if (image == nullptr || !there("/.singularity.d")) continue; // sbatch carries variables elsewhere
            facts_.image = image;
            return tell(kind, name);
        }
        return variable("KUBERNETES_SERVICE_HOST") != nullptr &&
               tell("kubernetes", "KUBERNETES_SERVICE_HOST");
    }

    bool by_marks() {
        if (there("/.singularity.d")) return tell("apptainer", "/.singularity.d");
        if (there("/var/run/secrets/kubernetes.io"))
            return tell("kubernetes", "/var/run/secrets/kubernetes.io");
        if (const auto text = read("/run/.containerenv")) {
            facts_.image = setting_of(*text, "image");
            if (auto id = setting_of(*text, "imageid")) facts_.digest = "sha256:" + *id;
            return tell("podman", "/run/.containerenv");
        }
        for (const char* const file : {"/run/systemd/container", "/run/host/container-manager"})
            if (const auto text = read(file, 128); text && !trimmed(*text).empty())
                return tell(trimmed(*text), file);
        if (there("/.dockerenv")) return tell("docker", "/.dockerenv");
        const char* const manager = variable("container"); // systemd's convention
        return manager != nullptr && tell(manager, "the variable container");
    }

    bool by_groups() {
        for (const char* const file : {"/proc/self/cgroup", "/proc/self/mountinfo"}) {
            const auto text = read(file, 65536);
            for (const auto& [mark, kind] : {std::pair{"kubepods", "kubernetes"},
                                             {"/kubelet/pods/", "kubernetes"},
                                             {"libpod", "podman"},
                                             {"/overlay-containers/", "podman"},
                                             {"/docker-", "docker"},
                                             {"/docker/", "docker"},
                                             {"/lxc.payload", "lxc"},
                                             {"/lxc/", "lxc"},
                                             {"machine.slice/machine-", "systemd-nspawn"}}) {
                const bool mounts = text && std::string_view(file).ends_with("mountinfo");
                // On a host, mounts of containers beside this process show as well: its own files tell.
                const std::size_t at = text ? text->find(mark) : std::string::npos;
                if (at == std::string::npos) continue;
                const std::size_t line_end = text->find('\n', at);
                if (mounts && text->substr(at, line_end - at).find("/etc/hostname") == std::string::npos)
                    continue;
                return tell(kind, file);
            }
        }
        return false;
    }

    /// The first namespaces of a machine have fixed numbers (include/linux/proc_ns.h).
    void by_namespaces() {
        char target[64] = {};
        const ssize_t length = ::readlink((root_ + "/proc/self/ns/pid").c_str(), target, sizeof target - 1);
        if (length > 0 && std::string_view(target) == "pid:[4026531836]")
            tell("none", "the first pid namespace, and no mark of a container");
    }

    void say_missing() {
        if (!facts_.kind)
            facts_.missing.push_back(
                {"container.kind", "no mark of a known container, and not known to be none"});
        if (facts_.kind == "none") return;
        if (!facts_.image)
            facts_.missing.push_back(
                {"container.image",
                 "nothing in the container names it: set REPRO_CONTAINER_IMAGE to name@sha256:..."});
        if (!facts_.digest)
            facts_.missing.push_back(
                {"container.digest",
                 "nothing in the container tells it: set REPRO_CONTAINER_IMAGE to name@sha256:..."});
    }

    std::string root_;
    container_facts facts_;
};

} // namespace detail

/// Returns the container of this process.
[[nodiscard]] inline container_facts capture_container() { return detail::container_search("").run(); }

} // namespace repro::inline v0
