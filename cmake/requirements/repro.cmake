# SPDX-License-Identifier: MIT
# Finds what repro::repro links. Read by this project's build and by the installed package alike.
# Sets repro_repro_missing to what is missing and how to get it; empty when nothing is.

set(repro_repro_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON) # a project that adds this one as a subdirectory sees the targets too

find_package(nlohmann_json 3.10 QUIET)
find_package(OpenSSL QUIET COMPONENTS Crypto)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(LIBGIT2 QUIET IMPORTED_TARGET GLOBAL libgit2>=1.1)
endif()

if(NOT TARGET nlohmann_json::nlohmann_json)
    list(APPEND repro_repro_missing "nlohmann/json 3.10 or newer (Debian: nlohmann-json3-dev)")
endif()
if(NOT TARGET OpenSSL::Crypto)
    list(APPEND repro_repro_missing "libcrypto (Debian: libssl-dev)")
endif()
if(NOT PkgConfig_FOUND)
    list(APPEND repro_repro_missing "pkg-config, which finds libgit2 (Debian: pkgconf)")
elseif(NOT TARGET PkgConfig::LIBGIT2)
    list(APPEND repro_repro_missing "libgit2 1.1 or newer (Debian: libgit2-dev)")
endif()
if(repro_repro_missing)
    list(JOIN repro_repro_missing ", " repro_repro_missing)
    string(PREPEND repro_repro_missing "it needs ")
endif()
