# SPDX-License-Identifier: MIT
# CPM Package Lock
# This file should be committed to version control

# tinylib
CPMDeclarePackage(tinylib
  NAME tinylib
  VERSION 1.2.0
  GIT_REPOSITORY https://git.example/cm-git
)
# pinned (unversioned)
# CPMDeclarePackage(pinned
#  NAME pinned
#  GIT_TAG 30f85dd5952cf0b38dfec88fbe12beaed8e791df
#  DOWNLOAD_ONLY YES
#  GIT_REPOSITORY https://git.example/cm-git
#)
# archive
CPMDeclarePackage(archive
  NAME archive
  VERSION 1.2.0
  DOWNLOAD_ONLY YES
  URL
    "https://git.example/cm.tgz"
    "URL_HASH"
    "SHA256=280d68cda9bf84b4405596f0ad30f2a12c4604bd6eab8325c02a2bc663fc8b39"
)
# moving (unversioned)
# CPMDeclarePackage(moving
#  NAME moving
#  GIT_TAG main
#  DOWNLOAD_ONLY YES
#  GIT_REPOSITORY https://git.example/cm-git
#)
