# SPDX-License-Identifier: MIT
# Install rules beside the components' own: the package's entry, pkg-config files, the licence.

include(CMakePackageConfigHelpers)
get_property(repro_components GLOBAL PROPERTY repro_components)
get_property(repro_adapters GLOBAL PROPERTY repro_adapters)
configure_file(cmake/repro-config.cmake.in repro-config.cmake @ONLY)
write_basic_package_version_file(repro-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/repro-config.cmake" "${PROJECT_BINARY_DIR}/repro-config-version.cmake"
    DESTINATION share/cmake/repro)
install(DIRECTORY cmake/requirements DESTINATION share/cmake/repro)
install(FILES cmake/repro-build-info.cmake cmake/repro-write-build-info.cmake DESTINATION share/cmake/repro)

configure_file(packaging/repro-core.pc.in repro-core.pc @ONLY)
configure_file(packaging/repro.pc.in repro.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/repro-core.pc" "${PROJECT_BINARY_DIR}/repro.pc" DESTINATION share/pkgconfig)

install(FILES schema/manifest-1.schema.json schema/answers-1.schema.json DESTINATION share/repro)
install(FILES LICENSE NOTICES.md DESTINATION share/licenses/repro)
