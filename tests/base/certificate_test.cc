#include "base/certificate.h"

#include "base/error.h"
#include "base/text.h"
#include "support/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stepwell::base {
namespace {

using namespace tests;
using testing::ElementsAre;
using testing::HasSubstr;

// "Password: does not open this file" of a file that is refused.
std::string refusal(std::string const& bytes, std::string_view password = {}) {
    try {
        read_certificate(bytes, password);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), Kind::invalid);
        EXPECT_EQ(error.problems().size(), 1u);
        return error.message();
    }
    return "taken";
}
std::string joined(std::initializer_list<std::string_view> samples) {
    std::string all;
    for (auto sample : samples) all += file_of(sample);
    return all;
}
void expect_leaf(CertificateBundle const& bundle, bool key, std::size_t chain) {
    EXPECT_EQ(facts_of(bundle.certificate).thumbprint, leaf_thumbprint);
    EXPECT_EQ(!bundle.private_key.empty(), key);
    EXPECT_EQ(bundle.chain.size(), chain);
    if (chain == 1) EXPECT_EQ(facts_of(bundle.chain[0]).subject, "O=Example, CN=Test Root");
    if (key) EXPECT_EQ(private_key_to_pem(bundle.private_key, ""), file_of(leaf_key));
}

TEST(Certificate, says_what_it_is) {
    auto leaf = facts_of(file_of(leaf_der));
    EXPECT_EQ(leaf.thumbprint, leaf_thumbprint);
    EXPECT_EQ(leaf.serial_number, "0A1B2C");
    EXPECT_EQ(leaf.version, 3);
    EXPECT_EQ(leaf.subject, "CN=shop.example.org, O=Example GmbH, C=DE");
    EXPECT_EQ(leaf.subject_name, "shop.example.org");
    EXPECT_EQ(leaf.subject_organization, "Example GmbH");
    EXPECT_EQ(leaf.issuer, "O=Example, CN=Test Root");
    EXPECT_EQ(leaf.issuer_name, "Test Root");
    EXPECT_EQ(leaf.issuer_organization, "Example");
    EXPECT_THAT(leaf.alternative_names,
                ElementsAre("shop.example.org", "www.example.org", "192.0.2.7", "ops@example.org"));
    EXPECT_EQ(leaf.signature_algorithm, "sha256ECDSA");
    EXPECT_FALSE(leaf.self_signed);
    EXPECT_EQ(to_text(leaf.not_before).substr(0, 10), "2026-11-27");
    EXPECT_EQ(to_text(leaf.not_after).substr(0, 10), "2126-11-03");
    auto root = facts_of(read_certificate(file_of(root_pem), "").certificate);
    EXPECT_TRUE(root.self_signed);
    EXPECT_EQ(root.serial_number, "01");
    EXPECT_THAT(root.alternative_names, ElementsAre());
}

TEST(Certificate, that_only_claims_to_sign_itself_does_not) {
    auto root = read_certificate(file_of(root_pem), "").certificate;
    root.back() = char(root.back() ^ 1); // part of the signature
    EXPECT_FALSE(facts_of(root).self_signed);
}

TEST(Certificate, is_read_from_every_format) {
    auto der = read_certificate(file_of(leaf_der), "");
    EXPECT_EQ(der.format, CertificateFormat::der);
    expect_leaf(der, false, 0);
    auto pem = read_certificate("\xEF\xBB\xBF# words before\n" + joined({leaf_pem, root_pem}), "");
    EXPECT_EQ(pem.format, CertificateFormat::pem);
    expect_leaf(pem, false, 1);
    for (auto sample : {modern_pfx, legacy_pfx}) {
        auto pfx = read_certificate(file_of(sample), "secret");
        EXPECT_EQ(pfx.format, CertificateFormat::pkcs12);
        expect_leaf(pfx, true, 1);
    }
    for (auto sample : {slow_pfx, unlocked_pfx}) expect_leaf(read_certificate(file_of(sample), "secret"), true, 0);
    expect_leaf(read_certificate(file_of(empty_pfx), ""), true, 0);
    expect_leaf(read_certificate(file_of(keyless_pfx), "secret"), false, 1);
}

TEST(Certificate, is_the_one_that_its_private_key_belongs_to) {
    expect_leaf(read_certificate(joined({leaf_key, leaf_pem}), "beside the point"), true, 0);
    expect_leaf(read_certificate(joined({root_pem, leaf_pem, leaf_key}), ""), true, 1);
    expect_leaf(read_certificate(joined({leaf_pem, leaf_key_encrypted}), "secret"), true, 0);
    expect_leaf(read_certificate(joined({leaf_key_older, leaf_pem}), "secret"), true, 0);
}

TEST(Certificate, needs_its_password) {
    for (auto const& file : {file_of(modern_pfx), file_of(legacy_pfx), file_of(unlocked_pfx),
                             joined({leaf_pem, leaf_key_encrypted}), joined({leaf_pem, leaf_key_older})}) {
        EXPECT_EQ(refusal(file), "Password: is required to open this file");
        EXPECT_EQ(refusal(file, "wrong"), "Password: does not open this file");
    }
    EXPECT_EQ(refusal(file_of(empty_pfx), "wrong"), "Password: does not open this file");
    EXPECT_THAT(refusal(file_of(leaf_der), std::string(2000, 'x')), HasSubstr("Password: must be at most 1024 bytes"));
}

TEST(Certificate, is_refused_in_words_when_it_is_none) {
    for (std::string junk : {"", "0", "hello", "\x30\x82\xFF\xFF", "\x30\x80"})
        EXPECT_THAT(refusal(junk), HasSubstr("CertificateData: must be a PFX (PKCS #12), PEM or DER file")) << junk;
    EXPECT_THAT(refusal(file_of(leaf_der) + "more"), HasSubstr("must be a PFX (PKCS #12), PEM or DER file"));
    EXPECT_THAT(refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), HasSubstr("cannot be read"));
    EXPECT_THAT(refusal("-----BEGIN CERTIFICATE-----\nno end"), HasSubstr("is damaged"));
    EXPECT_THAT(refusal(file_of(leaf_key)), HasSubstr("contains no certificate"));
    EXPECT_THAT(refusal(joined({leaf_pem, other_key})), HasSubstr("matches none of its certificates"));
    EXPECT_THAT(refusal(joined({leaf_pem, leaf_key, leaf_key})), HasSubstr("more than one private key"));
    EXPECT_THAT(refusal(joined({leaf_pem, dsa_key})), HasSubstr("private key that cannot be read"));
    EXPECT_THAT(refusal(joined({leaf_pem, leaf_key_scrypt}), "secret"), HasSubstr("uses an unsupported encryption"));
    std::string many;
    for (int i = 0; i < 101; ++i) many += file_of(leaf_pem);
    EXPECT_THAT(refusal(many), HasSubstr("too many certificates"));
    EXPECT_THAT(refusal(std::string(max_certificate_bytes + 1, '0')), HasSubstr("must be at most 256 KiB"));
}

// If these rounds were executed, each file would take minutes, and the watchdog would end the test.
TEST(Certificate, does_not_make_us_work_for_long) {
    auto const hundred_thousand = from_hex("02030186a0").value(), most = from_hex("02037fffff").value();
    auto worsen = [&](std::string file, std::size_t at) {
        for (auto const& worse : {most, from_hex("0203800000").value()})
            EXPECT_THAT(refusal(file.replace(at, 5, worse), "secret"), HasSubstr("needs too many iterations")) << at;
    };
    auto locked = file_of(slow_pfx);
    worsen(locked, locked.rfind(hundred_thousand)); // in the MAC that proves the password
    auto unlocked = file_of(unlocked_pfx);
    int places = 0;
    for (auto at = unlocked.find(hundred_thousand); at != std::string::npos; ++places) {
        worsen(unlocked, at);
        at = unlocked.find(hundred_thousand, at + 1);
    }
    EXPECT_EQ(places, 2);
    auto key = file_of(leaf_key_encrypted);
    auto begin = key.find('\n') + 1, end = key.find("-----END");
    auto der = from_base64(replace_all(key.substr(begin, end - begin), "\n", "")).value();
    der.replace(der.find(hundred_thousand), 5, most);
    auto slow = file_of(leaf_pem) + key.substr(0, begin) + to_base64(der) + "\n" + key.substr(end);
    EXPECT_THAT(refusal(slow, "secret"), HasSubstr("needs too many iterations"));
}

// A file that is cut or changed anywhere is either rejected or read.
TEST(Certificate, survives_damage) {
    for (auto sample : {leaf_der, leaf_pem, leaf_key_older, modern_pfx, legacy_pfx}) {
        auto const whole = file_of(sample);
        for (std::size_t at = 0; at < whole.size(); at += 7) {
            auto cut = refusal(whole.substr(0, at), "secret");
            EXPECT_THAT(cut, testing::AnyOf(HasSubstr("CertificateData: "), HasSubstr("Password: ")));
            auto changed = whole;
            changed[at] = char(changed[at] ^ 0x55);
            try {
                facts_of(read_certificate(changed, "secret").certificate);
            } catch (Error const& error) {
                EXPECT_EQ(error.kind(), Kind::invalid) << error.message();
            }
        }
    }
}

TEST(Certificate, is_written_as_it_was_read) {
    auto bundle = read_certificate(file_of(modern_pfx), "secret");
    EXPECT_EQ(certificate_to_pem(bundle.certificate), file_of(leaf_pem));
    expect_leaf(read_certificate(to_pkcs12(bundle, "Shop", "other"), "other"), true, 1);
    expect_leaf(read_certificate(to_pkcs12(bundle, "Shop", ""), ""), true, 1);
    EXPECT_EQ(refusal(to_pkcs12(bundle, "Shop", "other"), "secret"), "Password: does not open this file");
    bundle.private_key.clear();
    expect_leaf(read_certificate(to_pkcs12(bundle, "Shop", "other"), "other"), false, 1);
    auto key = private_key_to_pem(read_certificate(file_of(modern_pfx), "secret").private_key, "other");
    EXPECT_THAT(key, HasSubstr("BEGIN ENCRYPTED PRIVATE KEY"));
    expect_leaf(read_certificate(file_of(leaf_pem) + key, "other"), true, 0);
}

TEST(Certificate, can_be_made_here) {
    auto now = parse_time("2026-03-01T12:00:00Z").value();
    auto made = make_self_signed({"shop.example.org", "Example", {"shop.example.org", "::1", "192.0.2.7"}, 30}, now);
    auto facts = facts_of(made.certificate);
    EXPECT_TRUE(facts.self_signed);
    EXPECT_EQ(facts.subject, "CN=shop.example.org, O=Example");
    EXPECT_EQ(facts.issuer, facts.subject);
    EXPECT_THAT(facts.alternative_names, ElementsAre("shop.example.org", "::1", "192.0.2.7"));
    EXPECT_EQ(facts.signature_algorithm, "sha256RSA");
    EXPECT_EQ(facts.not_before, now);
    EXPECT_EQ(facts.not_after, now + std::chrono::days(30));
    EXPECT_EQ(facts_of(read_certificate(to_pkcs12(made, "", "x"), "x").certificate).thumbprint, facts.thumbprint);
    EXPECT_NE(facts_of(make_self_signed({"a", "", {}, 1}, now).certificate).serial_number, facts.serial_number);
    for (auto const& wrong :
         {SelfSigned{"", "", {}, 1}, SelfSigned{std::string(65, 'x'), "", {}, 1}, SelfSigned{"a", "", {"a b"}, 1},
          SelfSigned{"a", "", {""}, 1}, SelfSigned{"a", "", {}, 0}, SelfSigned{"a", "", {}, 40'000}})
        EXPECT_THROW(make_self_signed(wrong, now), Error) << wrong.common_name;
}

} // namespace
} // namespace stepwell::base
