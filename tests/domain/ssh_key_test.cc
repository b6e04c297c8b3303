#include "domain/ssh_key.h"

#include "base/crypto.h"

#include <gtest/gtest.h>

using namespace stepwell;
using domain::find_public_key;

namespace {

// Created with ssh-keygen for this test. It gives access to nothing.
constexpr std::string_view file = R"(-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACCpeIPo+y+nueMrBr8pmzHLHbqpyxo6Pi20TqE9+XJECAAAAIirO3ohqzt6
IQAAAAtzc2gtZWQyNTUxOQAAACCpeIPo+y+nueMrBr8pmzHLHbqpyxo6Pi20TqE9+XJECA
AAAECxZTEHNSCtFh0gsVAqU6iXD3IVPMpXR+x/dIm278i716l4g+j7L6e54ysGvymbMcsd
uqnLGjo+LbROoT35ckQIAAAABHRlc3QB
-----END OPENSSH PRIVATE KEY-----
)";
constexpr std::string_view its_public_half =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKl4g+j7L6e54ysGvymbMcsduqnLGjo+LbROoT35ckQI";

std::string text(std::string_view bytes) {
    std::string made(3, '\0');
    made += char(bytes.size());
    return made.append(bytes);
}
std::string in_file(std::string const& bytes) {
    return "-----BEGIN OPENSSH PRIVATE KEY-----\r\n" + base::to_base64(bytes) +
           "\r\n-----END OPENSSH PRIVATE KEY-----\r\n";
}
std::string key_of_kind(std::string_view kind, char count = 1) {
    return std::string("openssh-key-v1\0", 15) + text("aes256-ctr") + text("bcrypt") + text("salt and rounds") +
           std::string(3, '\0') + count + text(text(kind) + text("point")) + text("locked");
}

std::string der(char tag, std::string const& bytes) {
    std::string made{tag, '\x82', char(bytes.size() >> 8), char(bytes.size() & 0xff)};
    return made + bytes;
}
std::string const modulus = std::string("\0\xc5", 2) + std::string(126, 'n'), exponent("\1\0\1", 3);
std::string rsa_key() {
    return der(0x30, der(2, std::string(1, '\0')) + der(2, modulus) + der(2, exponent) + der(2, "private"));
}
std::string in_pem(std::string const& label, std::string const& bytes) {
    return "-----BEGIN " + label + "-----\n" + base::to_base64(bytes) + "\n-----END " + label + "-----\n";
}

} // namespace

TEST(SshKey, tells_its_public_half) { EXPECT_EQ(find_public_key(file), its_public_half); }

TEST(SshKey, tells_it_of_a_locked_one_too) {
    auto expected = "ssh-new " + base::to_base64(text("ssh-new") + text("point"));
    EXPECT_EQ(find_public_key(in_file(key_of_kind("ssh-new"))), expected);
}

TEST(SshKey, tells_it_of_rsa_in_pem) {
    auto expected =
        "ssh-rsa " + base::to_base64(text("ssh-rsa") + text(exponent) + std::string("\0\0\0\x80", 4) + modulus);
    auto const rsa = rsa_key();
    EXPECT_EQ(find_public_key(in_pem("RSA PRIVATE KEY", rsa)), expected);
    std::string const algorithm("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00", 13);
    auto wrapped = [&](std::string const& of) {
        return in_pem("PRIVATE KEY", der(0x30, der(2, std::string(1, '\0')) + der(0x30, of) + der(4, rsa)));
    };
    EXPECT_EQ(find_public_key(wrapped(algorithm)), expected);
    EXPECT_EQ(find_public_key(wrapped("\x06\x01\x2a")), std::nullopt) << "no RSA";
    EXPECT_EQ(find_public_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + base::to_base64(rsa) +
                              "\n-----END RSA PRIVATE KEY-----\n"),
              std::nullopt);
    for (std::size_t i = 0; i < rsa.size(); ++i) {
        auto broken = rsa;
        broken[i] = '\xff';
        find_public_key(in_pem("RSA PRIVATE KEY", broken)); // must not read outside of the text
        find_public_key(in_pem("RSA PRIVATE KEY", rsa.substr(0, i)));
    }
}

TEST(SshKey, tells_nothing_of_what_it_does_not_know) {
    for (std::string_view other : {"", "ssh-ed25519 AAAA", "-----BEGIN RSA PRIVATE KEY-----\nMIIC\n",
                                   "-----END OPENSSH PRIVATE KEY----------BEGIN OPENSSH PRIVATE KEY-----"})
        EXPECT_EQ(find_public_key(other), std::nullopt) << other;
    EXPECT_EQ(find_public_key(in_file(key_of_kind("ssh-new", 2))), std::nullopt) << "two keys";
    EXPECT_EQ(find_public_key(in_file(key_of_kind("ssh-new\nroot"))), std::nullopt) << "a second line";
    EXPECT_EQ(find_public_key(in_file(key_of_kind(""))), std::nullopt);
}

TEST(SshKey, reads_no_further_than_there_is) {
    auto whole = key_of_kind("ssh-new");
    auto needed = whole.size() - text("locked").size();
    for (std::size_t length = 0; length < needed; ++length)
        EXPECT_EQ(find_public_key(in_file(whole.substr(0, length))), std::nullopt) << length;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto broken = whole;
        broken[i] = '\xff';
        find_public_key(in_file(broken)); // must not read outside of the text
    }
}
