# SPDX-License-Identifier: MIT
# What repro_embed_build_info promises, with a repository of its own: the commit of the build stands in the manifest, a
# program older than its tree is warned of, and a build that Git says nothing new about compiles nothing.

cmake_minimum_required(VERSION 3.25)
set(project "${FOLDER}/project")
set(build "${FOLDER}/build")

function(run)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY "${project}" OUTPUT_VARIABLE output ERROR_VARIABLE output
        RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${ARGN} ended with ${status}:\n${output}")
    endif()
    set(output "${output}" PARENT_SCOPE)
endfunction()

function(commit folder)
    run(git -C "${folder}" add -A)
    run(git -C "${folder}" -c user.name=test -c user.email=test@example.org -c commit.gpgsign=false
        commit -q --allow-empty -m "state")
endfunction()

function(head result folder)
    run(git -C "${folder}" rev-parse HEAD)
    string(STRIP "${output}" sha)
    set(${result} "${sha}" PARENT_SCOPE)
endfunction()

# Runs the program and gives its manifest, and the codes of its warnings.
function(train)
    file(REMOVE_RECURSE "${project}/runs")
    run("${build}/train")
    file(GLOB manifests "${project}/runs/*/manifest.json")
    file(READ "${manifests}" manifest)
    set(manifest "${manifest}" PARENT_SCOPE)
    set(codes "")
    string(JSON count LENGTH "${manifest}" warnings)
    if(count GREATER 0)
        math(EXPR last "${count} - 1")
        foreach(i RANGE ${last})
            string(JSON code GET "${manifest}" warnings ${i} code)
            list(APPEND codes "${code}")
        endforeach()
    endif()
    set(codes "${codes}" PARENT_SCOPE)
endfunction()

function(expect what)
    if(NOT (${ARGN}))
        message(FATAL_ERROR "${what}: ${codes}\n${manifest}")
    endif()
endfunction()

file(REMOVE_RECURSE "${FOLDER}")
file(COPY "${SOURCE}/" DESTINATION "${project}")
file(WRITE "${project}/.gitignore" "runs/\n")
file(WRITE "${FOLDER}/numbers/CMakeLists.txt" "")
run(git -C "${project}" init -q)
run(git -C "${FOLDER}/numbers" init -q)
commit("${project}")
commit("${FOLDER}/numbers")
set(configure "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${project}" -B "${build}" "-DCMAKE_PREFIX_PATH=${PREFIX}"
    "-DCMAKE_CXX_COMPILER=${COMPILER}" "-DNUMBERS=${FOLDER}/numbers" -DCMAKE_BUILD_TYPE=Debug)

execute_process(COMMAND ${configure} -DREFUSED=ON OUTPUT_QUIET ERROR_VARIABLE refusal RESULT_VARIABLE status)
string(REGEX REPLACE "[ \n]+" " " refusal "${refusal}")
expect("a static library is refused (${refusal})" NOT status EQUAL 0 AND refusal MATCHES "parts is a STATIC_LIBRARY")

run(${configure} -DREFUSED=OFF)
run("${CMAKE_COMMAND}" --build "${build}")
head(first "${project}")
head(numbers "${FOLDER}/numbers")
train()
string(JSON built GET "${manifest}" build embedded 0 git_sha)
string(JSON dirty GET "${manifest}" build embedded 0 git_dirty)
string(JSON type GET "${manifest}" build embedded 0 build_type)
string(JSON definitions GET "${manifest}" build embedded 0 definitions)
string(JSON dependency GET "${manifest}" build embedded 0 dependencies 0 git_sha)
expect("the commit of the build is recorded" built STREQUAL first AND dirty STREQUAL "OFF")
expect("the build type is recorded" type STREQUAL "Debug")
expect("the folder of the build is not told" definitions STREQUAL "ROOT=\"<build>/data\"")
expect("the dependency's commit is recorded" dependency STREQUAL numbers)
expect("nothing is doubtful" NOT codes MATCHES "W_BUILD")

run("${CMAKE_COMMAND}" --build "${build}")
expect("a second build compiles nothing (${output})" NOT output MATCHES "Building|Linking")

commit("${project}")
train()
expect("the program is older than the tree" "W_BUILD_STALE" IN_LIST codes)

run("${CMAKE_COMMAND}" --build "${build}")
expect("one file is compiled anew (${output})" output MATCHES "Building[^\n]*build_info.cpp"
    AND NOT output MATCHES "Building[^\n]*train.cpp")
train()
expect("built again, it is not" NOT "W_BUILD_STALE" IN_LIST codes)

file(APPEND "${project}/train.cpp" "// changed\n")
run("${CMAKE_COMMAND}" --build "${build}")
train()
expect("the tree had changes" "W_BUILD_DIRTY" IN_LIST codes AND NOT "W_BUILD_STALE" IN_LIST codes)
