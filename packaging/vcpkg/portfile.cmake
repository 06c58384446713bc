# SPDX-License-Identifier: MIT
# An overlay port of this checkout: vcpkg install repro --overlay-ports=packaging/vcpkg
set(VCPKG_BUILD_TYPE release) # headers only

vcpkg_cmake_configure(
    SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../.."
    OPTIONS
        -DREPRO_INSTALL=ON
        -DREPRO_BUILD_TESTS=OFF
        -DREPRO_BUILD_EXAMPLES=OFF
        -DREPRO_BUILD_TOOLS=OFF
        -DREPRO_BUILD_BENCH=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/repro)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${CMAKE_CURRENT_LIST_DIR}/../../LICENSE")
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/licenses")
