#include "domain/certificate.h"

#include "base/error.h"
#include "support/certificates.h"

#include <gtest/gtest.h>

namespace stepwell::domain {
namespace {

using tests::file_of;

struct Seen {
    std::map<std::string, ReferencedProperty> by_name;
    std::string operator[](std::string const& name) const {
        auto at = by_name.find(name);
        return at == by_name.end() ? "none" : at->second.text;
    }
};

Seen seen(std::string_view file, std::string const& password) {
    Certificate certificate;
    certificate.name = "Shop";
    set_details(certificate, open_certificate(file, password));
    auto reveal = [&](std::string_view path) {
        EXPECT_TRUE(path == "CertificateData" || path == "Password") << path;
        return path == "Password" ? password : std::string(file);
    };
    Seen all;
    for (auto& each : properties_of(certificate, reveal)) all.by_name[each.name] = each;
    return all;
}

TEST(CertificateProperties, are_those_that_scripts_know) {
    auto pfx = seen(tests::modern_pfx, "secret");
    EXPECT_EQ(pfx["Type"], "Certificate");
    EXPECT_EQ(pfx["Name"], "Shop");
    EXPECT_EQ(pfx["Thumbprint"], tests::leaf_thumbprint);
    EXPECT_EQ(pfx["RawOriginal"], tests::modern_pfx);
    EXPECT_EQ(pfx["Pfx"], tests::modern_pfx);
    EXPECT_EQ(pfx["Password"], "secret");
    EXPECT_EQ(pfx["Certificate"], tests::leaf_der);
    EXPECT_EQ(pfx["CertificatePem"], file_of(tests::leaf_pem));
    EXPECT_EQ(pfx["PrivateKeyPem"], file_of(tests::leaf_key));
    EXPECT_EQ(pfx["ChainPem"], file_of(tests::root_pem));
    EXPECT_EQ(pfx["Subject"], "CN=shop.example.org, O=Example GmbH, C=DE");
    EXPECT_EQ(pfx["SubjectCommonName"], "shop.example.org");
    EXPECT_EQ(pfx["Issuer"], "O=Example, CN=Test Root");
    EXPECT_EQ(pfx["NotAfter"].substr(0, 10), "2126-11-03");
    EXPECT_NE(pfx["PrivateKey"], "none");
}

// Sensitive are the file in both forms, its password and the private key.
TEST(CertificateProperties, are_sensitive_where_the_key_is) {
    for (auto const& [name, property] : seen(tests::modern_pfx, "secret").by_name) {
        bool secret = name == "RawOriginal" || name == "Pfx" || name == "Password" || name.starts_with("PrivateKey");
        EXPECT_EQ(property.is_sensitive, secret) << name;
    }
}

TEST(CertificateProperties, of_one_without_a_key_have_none) {
    auto der = seen(tests::leaf_der, "");
    EXPECT_EQ(der["PrivateKey"], "none");
    EXPECT_EQ(der["PrivateKeyPem"], "none");
    EXPECT_EQ(der["ChainPem"], "");
    auto pfx = open_certificate(der["Pfx"], "");
    EXPECT_EQ(pfx.format, base::CertificateFormat::pkcs12);
    EXPECT_TRUE(pfx.private_key.empty());
    EXPECT_EQ(base::facts_of(pfx.certificate).thumbprint, tests::leaf_thumbprint);
}

TEST(CertificateFiles, may_have_their_base64_in_lines) {
    std::string lines(tests::leaf_der);
    for (std::size_t at = 64; at < lines.size(); at += 66) lines.insert(at, "\r\n");
    EXPECT_EQ(bytes_of(lines), file_of(tests::leaf_der));
    EXPECT_THROW(bytes_of("a*b"), base::Error);
}

} // namespace
} // namespace stepwell::domain
