# SPDX-License-Identifier: MIT
# CPM Package Lock
# This file should be committed to version control

# fmt
CPMDeclarePackage(fmt
  NAME fmt
  GIT_TAG 4015b57a143aec5156fd1444a017a32137a3fd0f
  GITHUB_REPOSITORY fmtlib/fmt
  EXCLUDE_FROM_ALL YES
)
# json
CPMDeclarePackage(json
  VERSION 3.11.3
  URL https://packages.example/json.tar.xz
  URL_HASH SHA256=16cedf80ade01c62bdd1ae931d0492330c0b62bf294c08c095ce2fab21a9298d
)
