# SPDX-License-Identifier: MIT
# Every public header, by component. `tools/lint/header_list.py --write` writes it anew.

set(repro_core_headers
    include/repro/core/digest.hpp
    include/repro/core/error.hpp
    include/repro/core/knobs.hpp
    include/repro/core/level.hpp
    include/repro/core/seed.hpp
    include/repro/core/source.hpp
    include/repro/detail/config.hpp
    include/repro/detail/descriptor.hpp
    include/repro/detail/fp.hpp
    include/repro/detail/libm.hpp
    include/repro/detail/libm_tables.hpp
    include/repro/detail/log.hpp
    include/repro/detail/mutex.hpp
    include/repro/detail/text.hpp
    include/repro/hash/sha2.hpp
    include/repro/rng/distributions.hpp
    include/repro/rng/philox.hpp
    include/repro/stream/engine.hpp
    include/repro/stream/fork.hpp
    include/repro/stream/key.hpp
    include/repro/stream/registry.hpp
    include/repro/stream/tracked.hpp
    include/repro/version.hpp
)

set(repro_repro_headers
    include/repro/hash/file.hpp
)
