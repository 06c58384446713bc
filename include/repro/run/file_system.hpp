// SPDX-License-Identifier: MIT
#pragma once
// What is known of the place where runs are written: the file system's name, whether it outlives a restart,
// and who else can change what stands there.

#include <repro/core/error.hpp>
#include <repro/detail/text.hpp>

#include <filesystem>
#include <linux/magic.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace repro::inline v0 {
namespace detail {

struct known_file_system {
    unsigned long magic;
    std::string_view name;
};

/// By the numbers of statfs(2); those without a name in linux/magic.h are of Lustre's, GPFS's, BeeGFS's and
/// ZFS's own headers.
inline constexpr known_file_system file_systems[] = {{EXT4_SUPER_MAGIC, "ext2, ext3 or ext4"},
                                                     {XFS_SUPER_MAGIC, "xfs"},
                                                     {BTRFS_SUPER_MAGIC, "btrfs"},
                                                     {F2FS_SUPER_MAGIC, "f2fs"},
                                                     {0x2fc12fc1, "zfs"},
                                                     {TMPFS_MAGIC, "tmpfs"},
                                                     {RAMFS_MAGIC, "ramfs"},
                                                     {OVERLAYFS_SUPER_MAGIC, "overlay"},
                                                     {FUSE_SUPER_MAGIC, "fuse"},
                                                     {NFS_SUPER_MAGIC, "nfs"},
                                                     {SMB_SUPER_MAGIC, "smb"},
                                                     {SMB2_SUPER_MAGIC, "smb"},
                                                     {CIFS_SUPER_MAGIC, "smb"},
                                                     {CEPH_SUPER_MAGIC, "ceph"},
                                                     {V9FS_MAGIC, "9p"},
                                                     {0x0bd00bd0, "lustre"},
                                                     {0x47504653, "gpfs"},
                                                     {0x19830326, "beegfs"}};

/// Returns the name of the file system of an open folder: "0x..." where the number has none here, "unknown"
/// where it cannot be asked.
[[nodiscard]] inline std::string file_system_name(int folder) {
    struct statfs facts{};
    if (::fstatfs(folder, &facts) != 0) return "unknown";
    const auto magic = static_cast<unsigned long>(facts.f_type) & 0xffffffffUL;
    for (const known_file_system& each : file_systems)
        if (each.magic == magic) return std::string(each.name);
    std::string digits = "0x";
    for (int shift = 28; shift >= 0; shift -= 4)
        digits += "0123456789abcdef"[magic >> shift & 15];
    return digits;
}

/// Returns whether what stands on a file system of this name is gone after a restart of the machine.
[[nodiscard]] constexpr bool is_volatile(std::string_view file_system) noexcept {
    return file_system == "tmpfs" || file_system == "ramfs";
}

/// Returns whether everybody may rename and remove what stands in a folder.
[[nodiscard]] inline bool is_open_to_all(const std::filesystem::path& folder) noexcept {
    struct stat facts{};
    return ::stat(folder.empty() ? "." : folder.c_str(), &facts) == 0 && (facts.st_mode & S_IWOTH) != 0 &&
           (facts.st_mode & S_ISVTX) == 0;
}

/// Throws where the folder of the runs is a link that another user made: it would choose where everything is
/// written. One's own link, or the administrator's, is meant.
///
/// Errors: errc::path_escape.
inline void expect_no_foreign_link(const std::filesystem::path& root) {
    struct stat facts{};
    const std::filesystem::path link = root.has_filename() ? root : root.parent_path(); // "runs/" is "runs"
    if (::lstat(link.c_str(), &facts) != 0 || !S_ISLNK(facts.st_mode)) return;
    if (facts.st_uid == 0 || facts.st_uid == ::geteuid()) return;
    throw error(errc::path_escape, root.native(), "is a link that another user made, and is not followed",
                "name the folder itself by REPRO_EXPERIMENTS");
}

} // namespace detail
} // namespace repro::inline v0
