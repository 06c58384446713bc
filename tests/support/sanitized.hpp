// SPDX-License-Identifier: MIT
#pragma once
// Defines REPRO_TEST_SANITIZED where a sanitizer's runtime needs address space or /proc for itself; GCC and
// Clang spell that differently.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define REPRO_TEST_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define REPRO_TEST_SANITIZED
#endif
#endif
