# SPDX-License-Identifier: MIT
"""Conan 2: `conan create packaging/conan`, or with `-o "&:core_only=True"` for repro::core without dependencies."""

import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load

required_conan_version = ">=2.0"


class ReproRecipe(ConanFile):
    name = "repro"
    description = "Makes a C++ training run reproducible, and leaves one file that proves it"
    license = "MIT"
    topics = ("reproducibility", "random", "machine-learning", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"core_only": [True, False], "lockfiles": [True, False]}
    default_options = {"core_only": False, "lockfiles": False}
    no_copy_source = True

    @property
    def _repository(self):
        return os.path.join(self.recipe_folder, os.pardir, os.pardir)

    @property
    def _with_lockfiles(self):
        return self.options.lockfiles and not self.options.core_only

    def set_version(self):
        header = load(self, os.path.join(self._repository, "include", "repro", "version.hpp"))
        self.version = re.search(r'string_view version = "([0-9.]+)"', header).group(1)

    def export_sources(self):
        copy(self, "include/*", self._repository, self.export_sources_folder)
        copy(self, "LICENSE", self._repository, self.export_sources_folder)

    def requirements(self):
        if not self.options.core_only:
            self.requires("nlohmann_json/[>=3.10 <4]")
            self.requires("libgit2/[>=1.1 <2]")
            self.requires("openssl/[>=1.1 <4]")
            self.requires("pcg-cpp/cci.20220409")
        if self._with_lockfiles:
            self.requires("tomlplusplus/[>=3.3 <4]")
            self.requires("yaml-cpp/[>=0.7 <1]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.settings.clear()  # headers are the same for everybody

    def package(self):
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "repro")
        self.cpp_info.set_property("cmake_target_name", "repro::all_components")  # repro::repro is one of them
        for name in ["core", "strict_fp"] + ([] if self.options.core_only else ["repro"]) + (["lockfiles"] if self._with_lockfiles else []):
            component = self.cpp_info.components[name]
            component.set_property("cmake_target_name", f"repro::{name}")
            component.bindirs = []
            component.libdirs = []
        self.cpp_info.components["core"].set_property("pkg_config_name", "repro-core")
        self.cpp_info.components["strict_fp"].includedirs = []
        self.cpp_info.components["strict_fp"].cxxflags = ["-ffp-contract=off"]
        if not self.options.core_only:
            self.cpp_info.components["repro"].set_property("pkg_config_name", "repro")
            self.cpp_info.components["repro"].requires = [
                "core", "nlohmann_json::nlohmann_json", "libgit2::libgit2", "openssl::crypto", "pcg-cpp::pcg-cpp"]
        if self._with_lockfiles:
            self.cpp_info.components["lockfiles"].requires = ["repro", "tomlplusplus::tomlplusplus", "yaml-cpp::yaml-cpp"]
