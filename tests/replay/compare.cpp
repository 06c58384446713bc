// SPDX-License-Identifier: MIT
#include "compare.hpp"

#include "arguments.hpp"

#include <cmath>
#include <functional>

namespace replay {
namespace {

template <class T> const T* as(const value& v) { return std::get_if<T>(&v.is); }

std::string decimal(std::vector<std::uint32_t> limbs, bool negative) {
    std::string digits;
    for (bool more = true; more;) {
        std::uint64_t rest = 0;
        more = false;
        for (std::size_t i = limbs.size(); i-- > 0;) {
            rest = rest << 32 | limbs[i];
            limbs[i] = static_cast<std::uint32_t>(rest / 10);
            more = more || limbs[i] != 0;
            rest %= 10;
        }
        digits.insert(digits.begin(), static_cast<char>('0' + rest));
    }
    return negative ? "-" + digits : digits;
}

std::string decimal(int128 number) {
    return decimal(wide(number < 0 ? 0 - static_cast<uint128>(number) : static_cast<uint128>(number)).limbs,
                   number < 0);
}

/// In the notation of Python's float.hex().
std::string hexadecimal(double number) {
    if (number != number) return "nan";
    const auto bits = std::bit_cast<std::uint64_t>(number);
    const std::string sign = bits >> 63 != 0 ? "-" : "";
    const int exponent = static_cast<int>(bits >> 52 & 0x7ff);
    const std::uint64_t fraction = bits & 0x000fffffffffffff;
    if (exponent == 0x7ff) return sign + "inf";
    if (exponent == 0 && fraction == 0) return sign + "0x0.0p+0";
    std::string digits(13, '0');
    for (int i = 0; i < 13; ++i)
        digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[fraction >> (48 - 4 * i) & 15];
    const int power = exponent == 0 ? -1022 : exponent - 1023;
    return sign + (exponent == 0 ? "0x0." : "0x1.") + digits + "p" + (power < 0 ? "" : "+") +
           std::to_string(power);
}

// Real numbers of a format.

struct real_format {
    int precision; ///< Bits of the significand.
    int lowest;    ///< The exponent of the smallest normal number.
};

real_format format_of(const std::string& dtype) {
    if (dtype == "float32") return {24, -126};
    if (dtype == "float16") return {11, -14};
    if (dtype == "bfloat16") return {8, -126};
    return {53, -1022};
}

double widened(std::uint64_t bits, const std::string& dtype) {
    if (dtype == "float64") return std::bit_cast<double>(bits);
    if (dtype == "float32")
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    if (dtype == "bfloat16")
        return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16)));
    const double sign = bits >> 15 != 0 ? -1.0 : 1.0;
    const auto fraction = static_cast<double>(bits & 0x3ff);
    const int exponent = static_cast<int>(bits >> 10 & 0x1f);
    if (exponent == 0x1f)
        return fraction == 0.0 ? sign * HUGE_VAL : std::bit_cast<double>(0x7ff8000000000000);
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(fraction + 1024.0, exponent - 25);
}

/// The distance in units in the last place of the larger number.
double distance(double a, double b, real_format format) {
    if (a == b || (a != a && b != b)) return 0.0;
    const double larger = std::fmax(std::fabs(a), std::fabs(b));
    if (!(larger < HUGE_VAL) || a != a || b != b) return HUGE_VAL;
    const int exponent = larger == 0.0 ? format.lowest : std::max(std::ilogb(larger), format.lowest);
    return std::ldexp(std::fabs(a - b), format.precision - 1 - exponent);
}

/// Of integers, whose last place is one.
double whole_distance(int128 a, int128 b) {
    return std::fabs(static_cast<double>(a) - static_cast<double>(b));
}

bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (a != a && b != b);
}

/// A list or an array: elements as they are asked for.
struct sequence {
    std::size_t size = 0;
    std::function<value(std::size_t)> at;
    std::function<bytes()> little_endian;
    std::string dtype = "float64";
};

std::size_t width_of(const array& a) {
    const std::size_t elements = product(a.shape);
    return elements == 0 ? 1 : a.bytes.size() / elements;
}

value element(const array& a, std::size_t i) {
    const std::size_t width = width_of(a);
    if (width == 0 || width > 8) throw unsupported("elements of dtype '" + a.dtype + "'");
    std::uint64_t bits = 0;
    for (std::size_t k = width; k-- > 0;)
        bits = bits << 8 | a.bytes.at(i * width + k);
    if (a.dtype.find("float") != std::string::npos) return widened(bits, a.dtype);
    if (a.dtype == "bool") return bits != 0;
    if (a.dtype.starts_with("uint")) return static_cast<int128>(bits);
    const int unused = 64 - static_cast<int>(8 * width);
    return static_cast<int128>(static_cast<std::int64_t>(bits << unused) >> unused);
}

/// A list's elements in the form of "pack", f64le, i64le or u64le: eight bytes each.
bytes packed(const list& elements) {
    bytes out;
    for (const value& each : elements) {
        if (const auto* number = as<double>(each))
            append_little_endian(out, *number);
        else if (const auto* whole = as<int128>(each))
            append_little_endian(out, static_cast<std::uint64_t>(*whole));
        else if (const auto* yes = as<bool>(each))
            append_little_endian(out, std::uint64_t{*yes});
        else
            throw unsupported("a digest over elements that are no numbers of 64 bits");
    }
    return out;
}

/// Whether an answer shows the elements of an array, and its digest, as float32.
bool shown_widened(const array& a, const json& expected) {
    const json& dtype = optional(expected, "dtype");
    return dtype.is_string() &&
           dtype.get_ref<const std::string&>().starts_with(a.dtype + " (widened to float32");
}

array widened(const array& a) {
    array result{"float32", a.shape, {}};
    for (std::size_t i = 0; i < product(a.shape); ++i)
        append_little_endian(result.bytes, static_cast<float>(std::get<double>(element(a, i).is)));
    return result;
}

std::optional<sequence> sequence_of(const value& v) {
    if (const auto* a = as<array>(v))
        return sequence{product(a->shape), [a](std::size_t i) { return element(*a, i); },
                        [a] { return a->bytes; }, a->dtype};
    if (const auto* l = as<list>(v))
        return sequence{l->size(), [l](std::size_t i) { return l->at(i); }, [l] { return packed(*l); }};
    if (as<double>(v) != nullptr || as<int128>(v) != nullptr)
        return sequence{1, [v](std::size_t) { return v; }, [v] { return packed({v}); }};
    if (const auto* b = as<bytes>(v))
        return sequence{b->size(), [b](std::size_t i) { return value(b->at(i)); }, [b] { return *b; }};
    return std::nullopt;
}

/// The digest; of the same content again, as several versions give it, the one found before.
std::string sha256_of(const bytes& content) {
    static bytes last;
    static std::string found;
    if (content == last && !found.empty()) return found;
    repro::sha256_hash hash;
    hash.update(std::span<const std::uint8_t>(content));
    last = content;
    return found = repro::digest256{hash.finish()}.hex();
}

class comparer {
public:
    comparison result;

    void value_against(const value& got, const json& expected, const std::string& where,
                       const std::string& dtype = "float64") {
        if (const auto* number = as<double>(got); number != nullptr && !expected.is_object())
            return real_against(*number, expected, where, dtype);
        if (expected.is_object()) return object_against(got, expected, where);
        if (expected.is_array()) return list_against(got, expected, where);
        if (const auto* only = as<array>(got);
            only != nullptr && product(only->shape) == 1 && !expected.is_null())
            return value_against(element(*only, 0), expected, where, only->dtype);
        if (scalar_agrees(got, expected)) return;
        const bool integers =
            as<int128>(got) != nullptr && (expected.is_number_integer() || expected.is_string());
        if (integers) result.ulp = std::fmax(result.ulp, whole_distance(*as<int128>(got), integer(expected)));
        differ(where, shown(expected), text_of(got), integers);
    }

private:
    void differ(const std::string& where, std::string expected, std::string got, bool numbers) {
        result.in_numbers_alone = result.in_numbers_alone && numbers;
        if (!result.first) result.first = {where, std::move(expected), std::move(got)};
    }

    void real_against(double got, const json& expected, const std::string& where, const std::string& dtype) {
        if (!expected.is_string() && !expected.is_number())
            return differ(where, shown(expected), hexadecimal(got), false);
        const double answer = real(expected);
        if (same(got, answer)) return;
        result.ulp = std::fmax(result.ulp, distance(got, answer, format_of(dtype)));
        differ(where, hexadecimal(answer), hexadecimal(got), true);
    }

    /// None, a boolean, an integer, a text or a digest.
    static bool scalar_agrees(const value& got, const json& expected) {
        if (as<std::monostate>(got) != nullptr) return expected.is_null();
        if (const auto* yes = as<bool>(got))
            return expected.is_boolean() ? expected.get<bool>() == *yes : expected == (*yes ? 1 : 0);
        if (const auto* hash = as<digest>(got))
            return expected.is_string() && !expected.get_ref<const std::string&>().empty() &&
                   hash->hex.starts_with(expected.get_ref<const std::string&>());
        if (const auto* words = as<std::string>(got)) return expected == *words;
        if (const auto* hex = as<bytes>(got)) return expected == repro::detail::to_hex(*hex);
        if (as<int128>(got) == nullptr && as<wide_integer>(got) == nullptr) return false;
        if (expected.is_string()) return expected == text_of(got);
        if (expected.is_boolean()) return text_of(got) == (expected.get<bool>() ? "1" : "0");
        return expected.is_number_integer() && expected.dump() == text_of(got);
    }

    void list_against(const value& got, const json& expected, const std::string& where) {
        const auto elements = sequence_of(got);
        if (!elements) return differ(where, shown(expected), text_of(got), false);
        const auto* nested = as<array>(got);
        const json flat = nested != nullptr ? flattened(expected) : json();
        const json& answers = nested != nullptr ? flat : expected;
        if (elements->size != answers.size())
            return differ(where, std::to_string(answers.size()) + " elements",
                          std::to_string(elements->size) + " elements", false);
        for (std::size_t i = 0; i < answers.size(); ++i)
            value_against(elements->at(i), answers[i], at(where, i), elements->dtype);
    }

    static json flattened(const json& nested) {
        json flat = json::array();
        for (const json& each : nested)
            if (each.is_array())
                for (const json& inner : flattened(each))
                    flat.push_back(inner);
            else
                flat.push_back(each);
        return flat;
    }

    void object_against(const value& got, const json& expected, const std::string& where) {
        if (const auto* fields = as<object>(got)) {
            for (const auto& [name, answer] : expected.items()) {
                const auto field = fields->find(name);
                if (field == fields->end()) throw unsupported("no field '" + name + "' in the result");
                value_against(field->second, answer, where.empty() ? name : where + "." + name);
            }
            return;
        }
        if (const auto* a = as<array>(got); a != nullptr && shown_widened(*a, expected)) {
            json answer = expected;
            answer["dtype"] = "float32";
            return object_against(widened(*a), answer, where);
        }
        const auto elements = sequence_of(got);
        if (!elements) return differ(where, shown(expected), text_of(got), false);
        if (as<bytes>(got) != nullptr && (expected.contains("hex") || expected.contains("hex_first")))
            return bytes_against(*as<bytes>(got), expected, where);
        sequence_against(got, *elements, expected, where);
    }

    void bytes_against(const bytes& got, const json& expected, const std::string& where) {
        const std::string hex = repro::detail::to_hex(got);
        const std::string whole = text(expected.value("hex", json(hex)));
        const std::string first = text(expected.value("hex_first", json(""))),
                          last = text(expected.value("hex_last", json("")));
        if (expected.contains("n") && count(expected["n"]) != got.size())
            return differ(where, shown(expected["n"]) + " bytes", std::to_string(got.size()) + " bytes",
                          false);
        if (hex != whole) return differ(where + first_other(hex, whole), whole, hex, false);
        if (!hex.starts_with(first))
            return differ(where + first_other(hex, first), first, hex.substr(0, first.size()), false);
        if (!hex.ends_with(last))
            return differ(where + "[-" + std::to_string(last.size() / 2) + "...]", last,
                          hex.substr(hex.size() - last.size()), false);
        digest_against(got, optional(expected, "sha256"), where);
    }

    static std::string first_other(const std::string& a, const std::string& b) {
        std::size_t i = 0;
        while (i < a.size() && i < b.size() && a[i] == b[i])
            ++i;
        return "[" + std::to_string(i / 2) + "]";
    }

    void sequence_against(const value& got, const sequence& elements, const json& expected,
                          const std::string& where) {
        if (!expected.contains("data") && !expected.contains("sha256") &&
            !expected.contains("sha256_first20") && !expected.contains("first"))
            malformed("an answer of an unknown form", expected);
        const auto* a = as<array>(got);
        if (a != nullptr && expected.contains("dtype") && expected["dtype"] != a->dtype)
            return differ(where + ".dtype", shown(expected["dtype"]), a->dtype, false);
        if (a != nullptr && expected.contains("shape") && extents(expected["shape"]) != a->shape)
            return differ(where + ".shape", shown(expected["shape"]), json(a->shape).dump(), false);
        if (expected.contains("n") && count(expected["n"]) != elements.size)
            return differ(where, shown(expected["n"]) + " elements",
                          std::to_string(elements.size) + " elements", false);
        ends_against(elements, expected, where);
        if (result.first) return;
        digest_against_lazily(elements, optional(expected, "sha256"), where);
        digest_against_lazily(elements, optional(expected, "sha256_first20"), where);
    }

    void ends_against(const sequence& elements, const json& expected, const std::string& where) {
        const json none = json::array();
        const json& data = expected.contains("data") ? array_of(expected["data"]) : none;
        const char* const name = expected.contains("first4") ? "first4" : "first";
        const bool shown_not =
            !expected.contains(name) || expected[name] == 0; // bytes and booleans have "first4": 0
        const json& first = shown_not ? none : array_of(expected[name]);
        const json& last = expected.contains("last") ? array_of(expected["last"]) : none;
        if ((expected.contains("data") && data.size() != elements.size) || first.size() > elements.size ||
            last.size() > elements.size)
            return differ(where,
                          std::to_string(std::max({data.size(), first.size(), last.size()})) + " elements",
                          std::to_string(elements.size) + " elements", false);
        const auto each = [&](const json& answers, std::size_t start) {
            for (std::size_t i = 0; i < answers.size(); ++i)
                value_against(elements.at(start + i), answers[i], at(where, start + i), elements.dtype);
        };
        each(data, 0);
        each(first, 0);
        each(last, elements.size - last.size());
    }

    void digest_against_lazily(const sequence& elements, const json& expected, const std::string& where) {
        if (!expected.is_null()) digest_against(elements.little_endian(), expected, where);
    }

    void digest_against(const bytes& content, const json& expected, const std::string& where) {
        if (expected.is_null()) return;
        const std::string answer = text(expected), hex = sha256_of(content);
        if (answer.empty()) malformed("an empty digest", expected);
        if (!hex.starts_with(answer))
            differ(where + " digest differs", answer, hex.substr(0, answer.size()), true);
    }

    static std::string at(const std::string& where, std::size_t i) {
        return where + "[" + std::to_string(i) + "]";
    }
};

} // namespace

comparison compare(const value& got, const json& expected, const std::string& where) {
    comparer c;
    c.value_against(got, expected, where);
    return c.result;
}

std::string text_of(const value& v) {
    if (as<std::monostate>(v) != nullptr) return "None";
    if (const auto* yes = as<bool>(v)) return *yes ? "true" : "false";
    if (const auto* whole = as<int128>(v)) return decimal(*whole);
    if (const auto* number = as<wide_integer>(v)) return decimal(number->limbs, number->negative);
    if (const auto* number = as<double>(v)) return hexadecimal(*number);
    if (const auto* words = as<std::string>(v)) return *words;
    if (const auto* hex = as<bytes>(v)) return repro::detail::to_hex(*hex);
    if (const auto* hash = as<digest>(v)) return hash->hex;
    if (const auto* a = as<array>(v)) return a->dtype + " array of shape " + json(a->shape).dump();
    if (const auto* l = as<list>(v)) return "a list of " + std::to_string(l->size());
    return "an object";
}

} // namespace replay
