// SPDX-License-Identifier: MIT
#include "text_width.hpp"

#include <repro/detail/utf8.hpp>

#include "code_points.hpp"

namespace tool {
namespace {

// Blocks of Unicode 15: combining marks and selectors of variants.
constexpr code_points marks[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                 {0x64b, 0x65f},   {0x900, 0x902},   {0x93c, 0x93c},   {0x941, 0x948},
                                 {0xe31, 0xe31},   {0xe34, 0xe3a},   {0xe47, 0xe4e},   {0x1ab0, 0x1aff},
                                 {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0x302a, 0x302d}, {0x3099, 0x309a},
                                 {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

// Wide or fullwidth by UAX 11, emoji included.
constexpr code_points wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x23e9, 0x23ec},  {0x2614, 0x2615},   {0x26a1, 0x26a1},
    {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2e80, 0x3029},  {0x302e, 0x303e},   {0x3041, 0x3098},
    {0x309b, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},  {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};

} // namespace

std::size_t text_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const repro::detail::utf8_step step = repro::detail::utf8_first(text);
        if (step.value < 0x300)
            ++width;
        else if (!is_in(marks, step.value))
            width += is_in(wide, step.value) ? 2u : 1u;
        text.remove_prefix(step.length);
    }
    return width;
}

} // namespace tool
