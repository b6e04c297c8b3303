// Reading certificate files. Formats: RFC 7468 (PEM), RFC 5280 (DER), RFC 7292 (PKCS #12), RFC 8018 (key derivation
// from a password).
#include "base/certificate.h"
#include "base/error.h"
#include "base/openssl.h"

namespace stepwell::base {

namespace {

using namespace openssl;

constexpr std::size_t max_certificates = 100, max_password_bytes = 1024;
constexpr int max_nested_safes = 8;

[[noreturn]] void refuse(std::string words) { reject("CertificateData", std::move(words)); }
[[noreturn]] void refuse_password(std::string_view password) {
    reject("Password", password.empty() ? "is required to open this file" : "does not open this file");
}

// The budget for key derivation. The file determines the number of rounds. The total per file is limited to a few
// seconds of work, so that a file cannot keep a thread busy for longer.
class Rounds {
public:
    void spend(std::int64_t rounds) {
        if (rounds < 1 || rounds > left_) refuse("needs too many iterations to open; export it with fewer iterations");
        left_ -= rounds;
    }
    void spend(ASN1_INTEGER const* rounds) {
        std::int64_t number = -1;
        if (ASN1_INTEGER_get_int64(&number, rounds) != 1) number = -1;
        spend(number);
    }
    // Charges the rounds of a password-based encryption. Other algorithms are unknown and cannot be opened.
    void spend(X509_ALGOR const* algorithm) {
        if (OBJ_obj2nid(algorithm->algorithm) == NID_pbes2) return spend_pbes2(algorithm);
        Owned<PBEPARAM, PBEPARAM_free> old(unpack<PBEPARAM>(ASN1_ITEM_rptr(PBEPARAM), algorithm));
        if (!old) refuse("uses an unsupported encryption");
        if (old->iter) spend(old->iter);
    }

private:
    template <class T> static T* unpack(ASN1_ITEM const* item, X509_ALGOR const* algorithm) {
        return static_cast<T*>(ASN1_TYPE_unpack_sequence(item, algorithm->parameter));
    }
    void spend_pbes2(X509_ALGOR const* algorithm) {
        Owned<PBE2PARAM, PBE2PARAM_free> two(unpack<PBE2PARAM>(ASN1_ITEM_rptr(PBE2PARAM), algorithm));
        if (!two || !two->keyfunc) refuse("uses an unsupported encryption");
        Owned<PBKDF2PARAM, PBKDF2PARAM_free> hashed(unpack<PBKDF2PARAM>(ASN1_ITEM_rptr(PBKDF2PARAM), two->keyfunc));
        if (OBJ_obj2nid(two->keyfunc->algorithm) == NID_id_pbkdf2 && hashed) return spend(hashed->iter);
        // The cost of scrypt is a product of three numbers. It is not used in certificates.
        refuse("uses an unsupported encryption");
    }
    std::int64_t left_ = 2'000'000;
};

// The contents found so far.
class Findings {
public:
    void add(Certificate certificate) {
        if (!certificate) refuse("contains a certificate that cannot be read");
        if (certificates_.size() == max_certificates) refuse("contains too many certificates");
        certificates_.push_back(std::move(certificate));
    }
    void add(PrivateKey key) {
        if (!key) refuse("contains a private key that cannot be read; supported types: RSA, EC, Ed25519 and Ed448");
        if (key_) refuse("contains more than one private key");
        key_ = std::move(key);
    }
    CertificateBundle bundle(CertificateFormat format) const {
        if (certificates_.empty()) refuse("contains no certificate");
        auto* main = owner_of_key();
        CertificateBundle bundle{format, to_der(main), {}, key_ ? to_der(key_.get()) : ""};
        for (auto const& each : certificates_)
            if (each.get() != main) bundle.chain.push_back(to_der(each.get()));
        return bundle;
    }

private:
    X509* owner_of_key() const {
        if (!key_) return certificates_.front().get();
        for (auto const& each : certificates_)
            if (X509_check_private_key(each.get(), key_.get()) == 1) return each.get();
        refuse("contains a private key that matches none of its certificates");
    }
    std::vector<Certificate> certificates_;
    PrivateKey key_;
};

// --- PEM --------------------------------------------------------------------------------------------------------

struct Block {
    std::string name, header, bytes;
};

int give_password(char* to, int size, int, void* password) {
    auto const& text = *static_cast<std::string_view const*>(password);
    auto count = std::min(text.size(), std::size_t(size));
    text.copy(to, count);
    return int(count);
}

// Returns the next block between BEGIN and END; nullopt at the end.
std::optional<Block> next_block(BIO* from) {
    char *name = nullptr, *header = nullptr;
    unsigned char* bytes = nullptr;
    long size = 0;
    if (PEM_read_bio(from, &name, &header, &bytes, &size) != 1) {
        if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) return std::nullopt;
        refuse("is damaged: a block of it cannot be read");
    }
    Block block{name, header, {reinterpret_cast<char const*>(bytes), std::size_t(size)}};
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(bytes, std::size_t(size));
    return block;
}

// The header of an older key format describes its encryption, which takes one round.
void decrypt(Block& block, std::string_view password) {
    EVP_CIPHER_INFO cipher{};
    if (PEM_get_EVP_CIPHER_INFO(block.header.data(), &cipher) != 1) refuse("uses an unsupported encryption");
    if (!cipher.cipher) return;
    long size = long(block.bytes.size());
    if (password.empty() || PEM_do_header(&cipher, reinterpret_cast<unsigned char*>(block.bytes.data()), &size,
                                          give_password, &password) != 1)
        refuse_password(password);
    block.bytes.resize(std::size_t(size));
}

PrivateKey decrypted_key(Block const& block, std::string_view password, Rounds& rounds) {
    auto at = reinterpret_cast<unsigned char const*>(block.bytes.data());
    Owned<X509_SIG, X509_SIG_free> sealed(d2i_X509_SIG(nullptr, &at, long(block.bytes.size())));
    if (!sealed) return nullptr;
    X509_ALGOR const* algorithm = nullptr;
    X509_SIG_get0(sealed.get(), &algorithm, nullptr);
    rounds.spend(algorithm);
    Pkcs8 info(PKCS8_decrypt(sealed.get(), password.data(), int(password.size())));
    if (!info) refuse_password(password);
    return private_key_from(info.get());
}

PrivateKey older_key(Block const& block, int kind) {
    auto at = reinterpret_cast<unsigned char const*>(block.bytes.data());
    PrivateKey key(d2i_PrivateKey(kind, nullptr, &at, long(block.bytes.size())));
    return key ? private_key_from(to_der(key.get())) : nullptr;
}

void take_block(Block& block, std::string_view password, Rounds& rounds, Findings& found) {
    if (block.name == "CERTIFICATE" || block.name == "X509 CERTIFICATE")
        return found.add(certificate_from(block.bytes));
    if (!block.name.ends_with("PRIVATE KEY")) return; // ignore parameters and requests
    bool encrypted = block.header.find("ENCRYPTED") != std::string::npos;
    decrypt(block, password);
    if (block.name == "PRIVATE KEY") return found.add(private_key_from(block.bytes));
    if (block.name == "ENCRYPTED PRIVATE KEY") return found.add(decrypted_key(block, password, rounds));
    auto key = block.name == "RSA PRIVATE KEY"  ? older_key(block, EVP_PKEY_RSA)
               : block.name == "EC PRIVATE KEY" ? older_key(block, EVP_PKEY_EC)
                                                : nullptr;
    if (!key && encrypted) refuse_password(password); // about 0.4 % of wrong passwords pass the first test
    found.add(std::move(key));
}

CertificateBundle read_pem(std::string_view bytes, std::string_view password) {
    Memory memory(BIO_new_mem_buf(bytes.data(), int(bytes.size())));
    Rounds rounds;
    Findings found;
    while (auto block = next_block(memory.get())) take_block(*block, password, rounds, found);
    return found.bundle(CertificateFormat::pem);
}

// --- PKCS #12 -----------------------------------------------------------------------------------------------------

using Pkcs12 = Owned<PKCS12, PKCS12_free>;
struct FreeBags {
    void operator()(STACK_OF(PKCS12_SAFEBAG) * bags) const { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }
};
using Bags = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), FreeBags>;
struct FreeSafes {
    void operator()(STACK_OF(PKCS7) * safes) const { sk_PKCS7_pop_free(safes, PKCS7_free); }
};
using Safes = std::unique_ptr<STACK_OF(PKCS7), FreeSafes>;

class Pkcs12Reader {
public:
    explicit Pkcs12Reader(std::string_view password) : password_(password), text_(password_.c_str()) {}

    CertificateBundle read(PKCS12* file) {
        check_password(file);
        Safes const safes(PKCS12_unpack_authsafes(file));
        if (!safes) refuse("is a damaged PKCS #12 file");
        for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) take_safe(sk_PKCS7_value(safes.get(), i));
        return found_.bundle(CertificateFormat::pkcs12);
    }

private:
    int size() const { return text_ ? int(password_.size()) : 0; }

    // An empty password has two encodings: absent and empty.
    void check_password(PKCS12* file) {
        if (PKCS12_mac_present(file) != 1) return;
        ASN1_INTEGER const* rounds = nullptr;
        PKCS12_get0_mac(nullptr, nullptr, nullptr, &rounds, file);
        auto opens = [&] {
            if (rounds) rounds_.spend(rounds);
            return PKCS12_verify_mac(file, text_, size()) == 1;
        };
        if (opens()) return;
        if (password_.empty()) {
            text_ = nullptr;
            if (opens()) return;
        }
        refuse_password(password_);
    }
    void take_safe(PKCS7* safe) {
        int kind = OBJ_obj2nid(safe->type);
        Bags bags;
        if (kind == NID_pkcs7_data) {
            bags.reset(PKCS12_unpack_p7data(safe));
        } else if (kind == NID_pkcs7_encrypted) {
            auto encrypted = safe->d.encrypted;
            if (!encrypted || !encrypted->enc_data || !encrypted->enc_data->algorithm)
                refuse("is a damaged PKCS #12 file");
            rounds_.spend(encrypted->enc_data->algorithm);
            bags.reset(PKCS12_unpack_p7encdata(safe, text_, size()));
            if (!bags) refuse_password(password_);
        } else {
            return; // encrypted to a key pair, not with a password
        }
        if (!bags) refuse("is a damaged PKCS #12 file");
        take_bags(bags.get(), 0);
    }
    void take_bags(STACK_OF(PKCS12_SAFEBAG) const* bags, int depth) {
        if (depth == max_nested_safes) refuse("is a PKCS #12 file with too many nested safes");
        for (int i = 0; bags && i < sk_PKCS12_SAFEBAG_num(bags); ++i) take_bag(sk_PKCS12_SAFEBAG_value(bags, i), depth);
    }
    void take_bag(PKCS12_SAFEBAG const* bag, int depth) {
        switch (PKCS12_SAFEBAG_get_nid(bag)) {
        case NID_keyBag: return found_.add(key_in(PKCS12_SAFEBAG_get0_p8inf(bag)));
        case NID_pkcs8ShroudedKeyBag: return found_.add(sealed_key_in(bag));
        case NID_certBag:
            if (PKCS12_SAFEBAG_get_bag_nid(bag) == NID_x509Certificate)
                found_.add(Certificate(PKCS12_SAFEBAG_get1_cert(bag)));
            return;
        case NID_safeContentsBag: return take_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
        default: return;
        }
    }
    static PrivateKey key_in(PKCS8_PRIV_KEY_INFO const* info) { return private_key_from(info); }
    PrivateKey sealed_key_in(PKCS12_SAFEBAG const* bag) {
        auto sealed = PKCS12_SAFEBAG_get0_pkcs8(bag);
        if (!sealed) refuse("is a damaged PKCS #12 file");
        X509_ALGOR const* algorithm = nullptr;
        X509_SIG_get0(sealed, &algorithm, nullptr);
        rounds_.spend(algorithm);
        Pkcs8 info(PKCS12_decrypt_skey(bag, text_, size()));
        if (!info) refuse_password(password_);
        return private_key_from(info.get());
    }

    std::string password_;
    char const* text_; // null means none
    Rounds rounds_;
    Findings found_;
};

CertificateBundle read_binary(std::string_view bytes, std::string_view password) {
    if (auto certificate = certificate_from(bytes)) {
        Findings found;
        found.add(std::move(certificate));
        return found.bundle(CertificateFormat::der);
    }
    auto at = reinterpret_cast<unsigned char const*>(bytes.data());
    Pkcs12 file(d2i_PKCS12(nullptr, &at, long(bytes.size())));
    if (!file) refuse("must be a PFX (PKCS #12), PEM or DER file");
    return Pkcs12Reader(password).read(file.get());
}

} // namespace

CertificateBundle read_certificate(std::string_view bytes, std::string_view password) {
    start();
    ErrorsForgotten const forgotten;
    if (bytes.size() > max_certificate_bytes) refuse("must be at most 256 KiB");
    if (password.size() > max_password_bytes) reject("Password", "must be at most 1024 bytes");
    auto pem = bytes.find("-----BEGIN ");
    if (pem != std::string_view::npos && bytes.front() != '\x30') return read_pem(bytes.substr(pem), password);
    return read_binary(bytes, password);
}

} // namespace stepwell::base
