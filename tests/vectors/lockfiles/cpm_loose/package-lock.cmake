# SPDX-License-Identifier: MIT
# CPM Package Lock
# fmt
CPMDeclarePackage(fmt
  VERSION 10.2.1
  GITHUB_REPOSITORY fmtlib/fmt
)
# tensors (unversioned)
# CPMDeclarePackage(tensors
#  GITHUB_REPOSITORY example/tensors
#)
