#include "workshop.h"

#include "base/certificate.h"
#include "support/certificates.h"

#include <algorithm>

namespace stepwell::contract {
namespace {

using tests::file_of;

class Certificates : public Workshop {
protected:
    // Returns a body with `file`, in base64, and the password if there is one.
    static std::string body(std::string_view name, std::string_view file, std::string_view password = {},
                            std::string const& more = {}) {
        std::string json = R"({"Name":")" + std::string(name) + R"(","CertificateData":{"HasValue":true,"NewValue":")" +
                           std::string(file) + R"("})";
        if (!password.empty()) json += R"(,"Password":{"NewValue":")" + std::string(password) + R"("})";
        return json + more + "}";
    }
    Json add(std::string_view name, std::string_view file, std::string_view password = {}) {
        return server.created(space + "certificates", body(name, file, password));
    }
    void expect_refused_as(std::string const& sent, std::string const& words) {
        expect_refused(server.post(space + "certificates", sent), 400, words);
    }
    static std::string self(Json const& certificate) { return text_at(certificate, "/Links/Self"); }
    std::vector<std::string> ids(std::string const& query) {
        std::vector<std::string> found;
        auto page = get("certificates" + query);
        for (auto const& item : page.at("Items").as_array()) found.push_back(text_at(item, "/Id"));
        return found;
    }
    net::Response exported(Json const& certificate, std::string const& query) {
        return server.get(text_at(certificate, "/Links/Export") + query);
    }
    static Json without_stamps(Json json) {
        for (auto stamp : {"LastModifiedOn", "LastModifiedBy"}) json.as_object().erase(stamp);
        return json;
    }
};

TEST_F(Certificates, tell_what_their_file_says) {
    auto made = add("Shop", tests::modern_pfx, "secret");
    EXPECT_EQ(text_at(made, "/Thumbprint"), tests::leaf_thumbprint);
    EXPECT_EQ(text_at(made, "/CertificateDataFormat"), "Pkcs12");
    EXPECT_EQ(text_at(made, "/SerialNumber"), "0A1B2C");
    EXPECT_EQ(at(made, "/Version"), Json(3));
    EXPECT_EQ(text_at(made, "/SubjectDistinguishedName"), "CN=shop.example.org, O=Example GmbH, C=DE");
    EXPECT_EQ(text_at(made, "/SubjectCommonName"), "shop.example.org");
    EXPECT_EQ(text_at(made, "/SubjectOrganization"), "Example GmbH");
    EXPECT_EQ(text_at(made, "/IssuerDistinguishedName"), "O=Example, CN=Test Root");
    EXPECT_EQ(at(made, "/SubjectAlternativeNames").as_array().size(), 4u);
    EXPECT_EQ(at(made, "/SelfSigned"), Json(false));
    EXPECT_EQ(at(made, "/HasPrivateKey"), Json(true));
    EXPECT_EQ(at(made, "/IsExpired"), Json(false));
    EXPECT_EQ(text_at(made, "/SignatureAlgorithmName"), "sha256ECDSA");
    EXPECT_EQ(text_at(made, "/CertificateChain/0/SubjectDistinguishedName"), "O=Example, CN=Test Root");
    EXPECT_EQ(text_at(made, "/TenantedDeploymentParticipation"), "Untenanted");
    EXPECT_TRUE(at(made, "/Archived").is_null());
    EXPECT_TRUE(at(made, "/ReplacedBy").is_null());
    auto secret = parsed(R"({"HasValue":true,"NewValue":null,"Hint":null})");
    EXPECT_EQ(at(made, "/CertificateData"), secret);
    EXPECT_EQ(at(made, "/Password"), secret);
    EXPECT_EQ(server.json(self(made)), made);
    EXPECT_EQ(server.json(space + "certificates/" + std::string(tests::leaf_thumbprint)), made) << "by thumbprint";
    auto of_pem = add("Root", tests::root_pem);
    EXPECT_EQ(text_at(of_pem, "/CertificateDataFormat"), "Pem");
    EXPECT_EQ(at(of_pem, "/SelfSigned"), Json(true));
    EXPECT_EQ(at(of_pem, "/HasPrivateKey"), Json(false));
    EXPECT_EQ(text_at(add("Old", tests::legacy_pfx, "secret"), "/Thumbprint"), tests::leaf_thumbprint);
    EXPECT_EQ(at(server.json("/api/serverstatus/counts"), "/Library/Certificates"), Json(3));
}

TEST_F(Certificates, are_refused_with_the_member_that_is_wrong) {
    expect_refused_as(R"({"Name":"x"})", "CertificateData: is required");
    expect_refused_as(R"({})", "CertificateData: is required");
    expect_refused_as(body("x", ""), "CertificateData: is required");
    expect_refused_as(body("x", "***"), "CertificateData: must be a file in base64");
    expect_refused_as(body("x", "aGVsbG8="), "CertificateData: must be a PFX (PKCS #12), PEM or DER file");
    expect_refused_as(body("x", tests::modern_pfx), "Password: is required");
    expect_refused_as(body("x", tests::modern_pfx, "wrong"), "Password: does not open");
    expect_refused_as(body("x", tests::leaf_der, "", R"(,"EnvironmentIds":["Environments-9"])"), "EnvironmentIds");
    EXPECT_TRUE(ids("").empty());
}

TEST_F(Certificates, take_nothing_from_a_client_that_their_file_says) {
    auto forged =
        R"(,"Thumbprint":"00","Archived":"2020-01-01","ReplacedBy":"Certificates-9","HasPrivateKey":true,)"
        R"("IsExpired":true,"SelfSigned":true,"NotAfter":"2000-01-01","Version":7,"SubjectCommonName":"evil",)"
        R"("CertificateChain":[{"Thumbprint":"00"}],"CertificateDataFormat":"Pkcs12")";
    auto plain = without_stamps(add("Shop", tests::leaf_der));
    auto made = server.created(space + "certificates", body("Shop", tests::leaf_der, "", forged));
    auto changed = server.changed(self(made), body("Shop", tests::leaf_der, "", forged));
    for (auto each : {made, changed}) {
        each = without_stamps(each);
        for (auto own : {"Id", "Links"}) each.as_object()[own] = plain.at(own);
        EXPECT_EQ(each, plain);
    }
}

TEST_F(Certificates, keep_file_and_password_over_changes) {
    auto made = add("Shop", tests::modern_pfx, "secret");
    for (auto kept :
         {R"({"Name":"A","CertificateData":{"HasValue":true,"NewValue":null},"Password":{"HasValue":true}})",
          R"({"Name":"A"})", R"({"Name":"A","CertificateData":{"HasValue":false},"Password":null})"}) {
        auto changed = server.changed(self(made), kept);
        EXPECT_EQ(text_at(changed, "/Name"), "A");
        EXPECT_EQ(text_at(changed, "/Thumbprint"), tests::leaf_thumbprint);
        EXPECT_EQ(at(changed, "/Password/HasValue"), Json(true)) << kept;
        EXPECT_EQ(exported(made, "?includePrivateKey=true").body, file_of(tests::modern_pfx)) << kept;
    }
    expect_refused(server.put(self(made), R"({"Name":"A","Password":{"NewValue":"wrong"}})"), 400,
                   "Password: does not open");
    expect_refused(server.put(self(made), body("A", tests::legacy_pfx, "wrong")), 400, "Password: does not open");
    auto other = server.changed(self(made), body("A", tests::root_pem));
    EXPECT_EQ(text_at(other, "/SubjectCommonName"), "Test Root");
    EXPECT_EQ(at(other, "/Password/HasValue"), Json(false));
    EXPECT_EQ(at(other, "/HasPrivateKey"), Json(false));
}

TEST_F(Certificates, are_listed_searched_and_ordered) {
    auto b = text_at(add("B shop", tests::leaf_der), "/Id"), a = text_at(add("a root", tests::root_pem), "/Id");
    auto c = text_at(add("c old", tests::leaf_der), "/Id");
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids(""), (Ids{a, b, c}));
    EXPECT_EQ(ids("?search=example.org"), (Ids{b, c}));
    EXPECT_EQ(ids("?search=" + std::string(tests::leaf_thumbprint).substr(0, 8)), (Ids{b, c}));
    EXPECT_EQ(ids("?search=ROOT"), Ids{a});
    EXPECT_EQ(ids("?partialName=o"), (Ids{a, b, c}));
    EXPECT_EQ(ids("?partialName=shop"), Ids{b});
    EXPECT_EQ(ids("?orderBy=notAfter").size(), 3u);
    EXPECT_EQ(ids("?orderBy=subjectCommonName"), (Ids{b, c, a})) << "shop.example.org, Test Root";
    EXPECT_EQ(ids("?firstResult=" + c), (Ids{c, a, b}));
    EXPECT_EQ(ids("?firstResult=" + c + "&skip=1&take=1"), Ids{a});
    EXPECT_EQ(ids("?ids=" + a + "," + c), (Ids{a, c}));
    expect_refused(server.get(space + "certificates?orderBy=name;drop"), 400, "orderBy: must be one of Name");
    server.created(space + "certificates/" + c + "/archive", "");
    EXPECT_EQ(ids(""), (Ids{a, b}));
    EXPECT_EQ(ids("?archived=false"), (Ids{a, b}));
    EXPECT_EQ(ids("?archived=true"), (Ids{a, b, c}));
    EXPECT_EQ(text_at(get("certificates/" + std::string(tests::leaf_thumbprint)), "/Id"), b) << "one that is in use";
}

TEST_F(Certificates, are_archived_and_deleted) {
    auto made = add("Shop", tests::leaf_der);
    auto archived = server.created(text_at(made, "/Links/Archive"), "");
    EXPECT_TRUE(at(archived, "/Archived").is_string());
    EXPECT_EQ(server.json(self(made)), archived);
    EXPECT_TRUE(at(server.created(text_at(made, "/Links/Unarchive"), ""), "/Archived").is_null());
    EXPECT_EQ(server.post(self(made) + "/archive/v1").status, 200);
    EXPECT_EQ(server.post(self(made) + "/unarchive/v1").status, 200);
    auto shop = project("Shop");
    auto id = text_at(made, "/Id");
    set_variables(shop, R"({"Name":"Cert","Type":"Certificate","Value":")" + id + "\"}");
    expect_refused(server.del(self(made)), 400, shop);
    auto usages = server.json(text_at(made, "/Links/Usages"));
    EXPECT_EQ(text_at(usages, "/ProjectUsages/0/Id"), shop);
    EXPECT_EQ(text_at(usages, "/ProjectUsages/0/Links/Self"), space + "projects/" + shop);
    EXPECT_EQ(at(usages, "/LibraryVariableSetUsages"), parsed("[]"));
    set_variables(shop, R"({"Name":"Text","Value":")" + id + "\"}");
    EXPECT_EQ(at(server.json(text_at(made, "/Links/Usages")), "/ProjectUsages"), parsed("[]"));
    EXPECT_EQ(server.del(self(made)).status, 200);
    EXPECT_EQ(server.get(self(made)).status, 404);
}

TEST_F(Certificates, that_are_replaced_keep_their_id_and_their_past) {
    auto made = add("Shop", tests::modern_pfx, "secret");
    auto replace = text_at(made, "/Links/Replace");
    expect_refused(server.post(replace, "{}"), 400, "CertificateData: is required");
    expect_refused(server.post(replace, R"({"CertificateData":"aGVsbG8="})"), 400, "CertificateData: must be a PFX");
    auto data = std::string(tests::legacy_pfx);
    expect_refused(server.post(replace, R"({"CertificateData":")" + data + "\"}"), 400, "Password: is required");
    EXPECT_EQ(ids("?archived=true").size(), 1u) << "what was refused left nothing";

    auto next = server.created(replace, R"({"CertificateData":")" + std::string(tests::root_pem) + "\"}");
    EXPECT_EQ(at(next, "/Id"), at(made, "/Id"));
    EXPECT_EQ(text_at(next, "/Name"), "Shop");
    EXPECT_EQ(text_at(next, "/SubjectCommonName"), "Test Root");
    EXPECT_EQ(at(next, "/Password/HasValue"), Json(false));
    EXPECT_TRUE(at(next, "/Archived").is_null());
    auto former = get("certificates/" + std::string(tests::leaf_thumbprint));
    EXPECT_NE(at(former, "/Id"), at(made, "/Id"));
    EXPECT_EQ(at(former, "/ReplacedBy"), at(made, "/Id"));
    EXPECT_TRUE(at(former, "/Archived").is_string());
    EXPECT_EQ(exported(former, "?includePrivateKey=true").body, file_of(tests::modern_pfx)) << "its secrets went along";
    EXPECT_EQ(ids(""), std::vector<std::string>{text_at(made, "/Id")});
    server.created(text_at(made, "/Links/Archive"), "");
    expect_refused(server.post(replace, R"({"CertificateData":")" + data + R"(","Password":"secret"})"), 400,
                   "Unarchive it first");
}

TEST_F(Certificates, are_exported_with_their_key_for_those_who_ask) {
    auto made = add("Shop (EU)", tests::modern_pfx, "secret");
    auto pem = exported(made, "?format=pem");
    EXPECT_EQ(pem.body, file_of(tests::leaf_pem) + file_of(tests::root_pem));
    EXPECT_EQ(pem.headers["Content-Disposition"], "attachment; filename=\"shop-eu.pem\"");
    EXPECT_EQ(exported(made, "?format=Pem&pemOptions=PrimaryOnly").body, file_of(tests::leaf_pem));
    EXPECT_EQ(exported(made, "?format=Pem&pemOptions=ChainOnly").body, file_of(tests::root_pem));
    EXPECT_EQ(exported(made, "?format=Der").body, file_of(tests::leaf_der));
    auto keyless = base::read_certificate(exported(made, "").body, "");
    EXPECT_EQ(keyless.format, base::CertificateFormat::pkcs12);
    EXPECT_TRUE(keyless.private_key.empty());
    EXPECT_EQ(audit_of(text_at(made, "/Id")).size(), 1u) << "what is public is not told";

    EXPECT_EQ(exported(made, "?includePrivateKey=true").body, file_of(tests::modern_pfx)) << "as it was sent";
    auto whole =
        base::read_certificate(exported(made, "?format=Pkcs12&includePrivateKey=true&password=other").body, "other");
    EXPECT_EQ(base::private_key_to_pem(whole.private_key, ""), file_of(tests::leaf_key));
    auto told = audit_of(text_at(made, "/Id"));
    ASSERT_EQ(told.size(), 3u);
    EXPECT_EQ(told[0], "The private key of Certificate Shop (EU) was exported");
    EXPECT_NE(exported(made, "?format=Pem&includePrivateKey=true").body.find(file_of(tests::leaf_key)),
              std::string::npos);
    EXPECT_NE(exported(made, "?format=Pem&includePrivateKey=true&password=x").body.find("BEGIN ENCRYPTED"),
              std::string::npos);
    expect_refused(exported(made, "?format=Der&includePrivateKey=true"), 400, "includePrivateKey: ");
    expect_refused(exported(made, "?format=Pem&pemOptions=ChainOnly&includePrivateKey=true"), 400, "includePrivateKey");
    expect_refused(exported(made, "?format=Jks"), 400, "format: must be one of Pkcs12, Der, Pem");
    expect_refused(exported(add("Bare", tests::leaf_der), "?includePrivateKey=true"), 400, "has no private key");
}

TEST_F(Certificates, can_be_made_by_the_server) {
    auto made = server.created(space + "certificates/generate",
                               R"({"Name":"Own","SubjectCommonName":"shop","SubjectOrganization":"Example",)"
                               R"("SubjectAlternativeNames":["shop.example.org"],"Notes":"n"})");
    EXPECT_EQ(text_at(made, "/SubjectDistinguishedName"), "CN=shop, O=Example");
    EXPECT_EQ(text_at(made, "/SubjectAlternativeNames/0"), "shop.example.org");
    EXPECT_EQ(at(made, "/SelfSigned"), Json(true));
    EXPECT_EQ(at(made, "/HasPrivateKey"), Json(true));
    EXPECT_EQ(text_at(made, "/Notes"), "n");
    EXPECT_EQ(server.json(self(made)), made);
    auto whole = base::read_certificate(exported(made, "?format=Pem&includePrivateKey=true").body, "");
    EXPECT_EQ(base::facts_of(whole.certificate).thumbprint, text_at(made, "/Thumbprint"));
    for (auto wrong : {R"({"Name":"x"})", R"({"SubjectCommonName":"x"})", R"({"Name":"x","SubjectCommonName":[7]})"})
        EXPECT_EQ(server.post(space + "certificates/generate", wrong).status, 400) << wrong;
}

TEST_F(Certificates, of_the_server_stay_the_same) {
    auto one = server.json("/api/certificates/certificate-global");
    EXPECT_EQ(server.json(text_at(one, "/Links/Self")), one);
    EXPECT_EQ(at(server.json("/api/configuration/certificates"), "/Items/0"), one);
    auto file = server.get(text_at(one, "/Links/PublicCer"));
    EXPECT_EQ(base::facts_of(file.body).thumbprint, text_at(one, "/Thumbprint"));
    EXPECT_EQ(server.get("/api/configuration/certificates/other").status, 404);
    server.restart();
    EXPECT_EQ(server.json("/api/certificates/certificate-global"), one);
}

} // namespace
} // namespace stepwell::contract
