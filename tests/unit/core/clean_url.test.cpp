// SPDX-License-Identifier: MIT
#include <repro/core/clean_url.hpp>

#include <catch2/catch_test_macros.hpp>

using repro::clean_url;

TEST_CASE("users and passwords go from URLs, the rest stays byte for byte") {
    CHECK(clean_url("https://git.example/a/b.git") == "https://git.example/a/b.git");
    CHECK(clean_url("https://me@git.example/a.git") == "https://git.example/a.git");
    CHECK(clean_url("https://me:secret@git.example:8443/a.git") == "https://git.example:8443/a.git");
    CHECK(clean_url("https://:secret@git.example/a") == "https://git.example/a");
    CHECK(clean_url("ssh://git@git.example:22/a.git") == "ssh://git.example:22/a.git");
    CHECK(clean_url("git+https://t@git.example/a@v1.2#egg=a") == "git+https://git.example/a@v1.2#egg=a");
    CHECK(clean_url("https://u:p@[2001:db8::1]:443/a") == "https://[2001:db8::1]:443/a");
    CHECK(clean_url("https://[2001:db8::1]/a@b") == "https://[2001:db8::1]/a@b");
    CHECK(clean_url("https://git.example:8443/a@b") == "https://git.example:8443/a@b");
    CHECK(clean_url("file:///srv/a.git") == "file:///srv/a.git");
    CHECK(clean_url("postgresql://u:p@db.example/x?sslmode=require") ==
          "postgresql://db.example/x?sslmode=require");
}

TEST_CASE("a password with characters that should have been encoded goes whole") {
    CHECK(clean_url("https://me:p@ss@git.example/a") == "https://git.example/a");
    CHECK(clean_url("https://me:p/w@git.example/a") == "https://git.example/a");
    CHECK(clean_url("https://me:p?w#x@git.example/a") == "https://git.example/a");
}

TEST_CASE("parameters that carry tokens and signatures lose their values") {
    CHECK(clean_url("https://s3.example/k?X-Amz-Date=1&X-Amz-Signature=ab12&X-Amz-Credential=q/w") ==
          "https://s3.example/k?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Credential=***");
    CHECK(clean_url("https://b.example/c?sv=2024-11-04&sp=r&sig=aB%2Fc%3D") ==
          "https://b.example/c?sv=2024-11-04&sp=r&sig=***");
    CHECK(clean_url("https://a.example/?token=x&page=2") == "https://a.example/?token=***&page=2");
    CHECK(clean_url("https://a.example/cb#access_token=x&state=2") ==
          "https://a.example/cb#access_token=***&state=2");
    CHECK(clean_url("https://a.example/?max_tokens=5&tokenizer=bpe&token=") ==
          "https://a.example/?max_tokens=5&tokenizer=bpe&token=");
}

TEST_CASE("scp-like remotes lose their user; paths are no remotes") {
    CHECK(clean_url("git@git.example:a/b.git") == "git.example:a/b.git");
    CHECK(clean_url("git.example:a/b.git") == "git.example:a/b.git");
    CHECK(clean_url("me:secret@git.example:a/b.git") == "git.example:a/b.git");
    CHECK(clean_url("me:se/cr@et@git.example:a/b.git") == "git.example:a/b.git");
    CHECK(clean_url("git.example:a/b@v1.git") == "git.example:a/b@v1.git");
    CHECK(clean_url("/srv/me@home:a") == "/srv/me@home:a");
    CHECK(clean_url("../a@b/c:d") == "../a@b/c:d");
    CHECK(clean_url("data.npz") == "data.npz");
    CHECK(clean_url("") == "");
}

TEST_CASE("cleaning twice changes nothing more") {
    for (const char* const url : {"https://me:p/w@git.example/a@b?token=x#sig=y", "git@git.example:a@b:c",
                                  "https://a@b@c:d@e/f", "x://@", "://@/?=&key=1", "a:b@c:d@e:f"}) {
        const std::string once = clean_url(url);
        INFO(url);
        CHECK(clean_url(once) == once);
    }
}
