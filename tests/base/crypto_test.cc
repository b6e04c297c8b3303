#include "base/crypto.h"

#include "base/error.h"

#include <gtest/gtest.h>

namespace stepwell::base {

TEST(Crypto, digests_as_the_standards_say) {
    EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

// RFC 3720, B.4.
TEST(Crypto, checks_with_crc32c) {
    EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAu);
    EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43u);
    std::string rising;
    for (int i = 0; i < 32; ++i) rising += char(i);
    EXPECT_EQ(crc32c(rising), 0x46DD794Eu);
    EXPECT_EQ(crc32c(""), 0u);
}

TEST(Crypto, continues_a_checksum_at_any_cut) {
    auto bytes = random_bytes(100);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
        EXPECT_EQ(crc32c(std::string_view(bytes).substr(cut), crc32c(std::string_view(bytes).substr(0, cut))),
                  crc32c(bytes))
            << cut;
}

// RFC 4648, 10.
TEST(Crypto, writes_and_reads_base64) {
    std::pair<std::string, std::string> const known[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (auto const& [plain, text] : known) {
        EXPECT_EQ(to_base64(plain), text);
        EXPECT_EQ(from_base64(text), plain);
        EXPECT_EQ(from_base64(text.substr(0, text.find('='))), plain) << "without padding";
    }
    for (auto wrong : {"Z", "Zg==x", "Z g=", "Zg-_", "\n", "Zm9vY"})
        EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
    auto bytes = random_bytes(1000);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
}

TEST(Crypto, writes_and_reads_hexadecimal) {
    EXPECT_EQ(to_hex(std::string("\x00\xab\xff", 3)), "00abff");
    EXPECT_EQ(from_hex("00ABff"), std::string("\x00\xab\xff", 3));
    EXPECT_EQ(from_hex(""), "");
    for (auto wrong : {"0", "0g", "00 11", "0x00"}) EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Crypto, compares_in_constant_time_but_rightly) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST(Crypto, keeps_passwords_as_salted_hashes) {
    auto hash = hash_password("correct horse");
    EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << hash;
    EXPECT_NE(hash, hash_password("correct horse"));
    EXPECT_TRUE(password_matches("correct horse", hash));
    EXPECT_FALSE(password_matches("correct horsf", hash));
    EXPECT_FALSE(password_matches("", hash));
    EXPECT_FALSE(password_matches("correct horse", ""));
    EXPECT_FALSE(password_matches("correct horse", "correct horse"));
}

TEST(Crypto, opens_what_is_sealed_for_the_same_owner_alone) {
    auto key = SecretKey::random();
    auto sealed = seal(key, "secret", "Projects-1\nPassword");
    EXPECT_EQ(open_sealed(key, sealed, "Projects-1\nPassword"), "secret");
    EXPECT_EQ(open_sealed(key, sealed, "Projects-2\nPassword"), std::nullopt);
    EXPECT_EQ(open_sealed(SecretKey::random(), sealed, "Projects-1\nPassword"), std::nullopt);
    EXPECT_NE(sealed, seal(key, "secret", "Projects-1\nPassword")) << "a nonce may not come twice";
    EXPECT_EQ(sealed.find("secret"), std::string::npos);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto damaged = sealed;
        damaged[i] = char(damaged[i] ^ 1);
        EXPECT_EQ(open_sealed(key, damaged, "Projects-1\nPassword"), std::nullopt) << i;
        EXPECT_EQ(open_sealed(key, sealed.substr(0, i), "Projects-1\nPassword"), std::nullopt) << i;
    }
    EXPECT_EQ(open_sealed(key, seal(key, "", "o"), "o"), "");
}

TEST(Crypto, derives_a_key_for_each_purpose) {
    auto key = SecretKey::random();
    EXPECT_EQ(key.derive("a").bytes(), key.derive("a").bytes());
    EXPECT_NE(key.derive("a").bytes(), key.derive("b").bytes());
    EXPECT_NE(key.derive("a").bytes(), key.bytes());
    EXPECT_NE(key.derive("a").bytes(), SecretKey::random().derive("a").bytes());
    EXPECT_THROW(SecretKey::from_bytes("short"), Error);
    EXPECT_EQ(SecretKey::from_bytes(key.bytes()).bytes(), key.bytes());
}

TEST(Crypto, lets_anybody_write_and_one_read) {
    auto keys = box_keys_from(SecretKey::random());
    auto sealed = seal_to(keys.public_key, "secret");
    EXPECT_EQ(open_box(keys, sealed), "secret");
    EXPECT_EQ(open_box(box_keys_from(SecretKey::random()), sealed), std::nullopt);
    EXPECT_EQ(open_box(keys, sealed.substr(1)), std::nullopt);
    EXPECT_EQ(open_box(keys, ""), std::nullopt);
    EXPECT_THROW(seal_to("short", "secret"), Error);
}

} // namespace stepwell::base
