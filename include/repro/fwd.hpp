// SPDX-License-Identifier: MIT
#pragma once
// Names of the types that appear in interfaces, for headers that only pass them on.

namespace repro::inline v0 {

enum class errc : unsigned char;
enum class level : unsigned char;
enum class seed_source : unsigned char;
enum class warn : unsigned char;

class error;
class isolate;
class registry;
class seed;
class stream_engine;
class stream_handle;
class worker_streams;
struct digest256;
struct missing_fact;
struct seed_report;
struct stream_facts;
struct warning;

} // namespace repro::inline v0
