# SPDX-License-Identifier: MIT
# Finds MPI through its C interface. Sets repro_mpi_missing to what is missing and how to get it; empty when nothing is.

set(repro_mpi_missing "")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
if(NOT TARGET MPI::MPI_CXX)
    set(MPI_CXX_SKIP_MPICXX ON) # the C++ bindings, which MPI 3 removed
    find_package(MPI QUIET COMPONENTS CXX)
endif()
if(NOT TARGET MPI::MPI_CXX)
    set(repro_mpi_missing "it needs an MPI (Debian: libopenmpi-dev, or libmpich-dev)")
endif()
