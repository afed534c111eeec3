#include "lethe/dkim/signing.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>

#include "canonical.h"
#include "lethe/base/encoding.h"
#include "lethe/base/text.h"

namespace lethe::dkim {
namespace {

struct FreeKey {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
struct FreeBio {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;

constexpr int kRsaBitsMin = 1024;  // RFC 8301 section 3.2
constexpr int kRsaBitsMax = 8192;
constexpr std::size_t kLineMax = 72;

using Sha256 = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

Sha256 sha256_of(std::string_view text) {
  Sha256 hash{};
  SHA256(as_bytes(text).data(), text.size(), hash.data());
  return hash;
}

// No password is asked for on a terminal.
int no_password(char*, int, int, void*) { return 0; }

KeyPointer parse_pem(const Secret& pem) {
  const auto view = pem.reveal();
  const std::unique_ptr<BIO, FreeBio> bio{
      BIO_new_mem_buf(view.data(), static_cast<int>(view.size()))};
  if (!bio) return nullptr;
  return KeyPointer{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
}

// Labels of letters, digits, hyphens and underscores: what may stand in d=, s= and in a DNS name.
bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.starts_with('.') || name.ends_with('.')) {
    return false;
  }
  return ascii_lower(name).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") ==
         std::string::npos;
}

std::unexpected<Error> refuse(std::string_view why) {
  return fail(Errc::invalid_argument, std::string{why});
}

void append_folded(std::string& out, std::string_view long_value) {
  while (long_value.size() > kLineMax) {
    out += std::string{long_value.substr(0, kLineMax)} + "\r\n\t ";
    long_value.remove_prefix(kLineMax);
  }
  out += long_value;
}

std::string names_folded(const std::vector<std::string>& names) {
  std::string out;
  std::size_t line = 0;
  for (const std::string& name : names) {
    if (!out.empty()) {
      out += ':';
      line += 1;
    }
    if (line + name.size() > kLineMax) {
      out += "\r\n\t ";
      line = 0;
    }
    out += name;
    line += name.size();
  }
  return out;
}

class SigningMail final : public ports::OutboundMail {
 public:
  SigningMail(std::unique_ptr<ports::OutboundMail> next, std::vector<SigningKey> keys,
              ports::Clock& clock)
      : next_(std::move(next)), keys_(std::move(keys)), clock_(clock) {}

  Result<ports::SendReceipt> send(const ports::OutgoingMail& mail) override {
    ports::OutgoingMail with_signatures{mail.envelope_from, mail.recipients, {}};
    for (const SigningKey& key : keys_) {
      LETHE_TRY(const std::string field, key.signature_of(mail.content, clock_.now()));
      with_signatures.content += field;
    }
    with_signatures.content += mail.content;
    return next_->send(with_signatures);
  }
  Status probe() override { return next_->probe(); }

 private:
  std::unique_ptr<ports::OutboundMail> next_;
  std::vector<SigningKey> keys_;
  ports::Clock& clock_;
};

}  // namespace

struct SigningKey::Inside {
  KeyPointer key;
  bool is_rsa = true;
  std::string domain, selector;

  std::string_view algorithm() const { return is_rsa ? "rsa-sha256" : "ed25519-sha256"; }

  // RFC 8463 section 3: Ed25519 signs the SHA-256 of what RSA hashes itself.
  Result<std::string> sign(std::string_view text) const {
    const Sha256 hash = sha256_of(text);
    const ByteView data = is_rsa ? as_bytes(text) : ByteView{hash};
    const std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};
    const EVP_MD* digest = is_rsa ? EVP_sha256() : nullptr;
    std::size_t size = 0;
    const bool begun =
        context && EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &size, data.data(), data.size()) == 1;
    if (!begun) return fail(Errc::internal, "the mail could not be signed (DKIM)");
    Bytes signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size()) != 1) {
      return fail(Errc::internal, "the mail could not be signed (DKIM)");
    }
    signature.resize(size);
    return to_base64(signature);
  }

  std::string public_key() const {
    if (!is_rsa) {
      Bytes raw(32);
      std::size_t size = raw.size();
      EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size);
      return to_base64(raw);
    }
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key.get(), &der);
    if (size <= 0) return {};
    const std::string text = to_base64(ByteView{der, static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return text;
  }
};

SigningKey::SigningKey(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
SigningKey::~SigningKey() = default;
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;

Result<SigningKey> SigningKey::read(const Secret& pem, std::string_view domain,
                                    std::string_view selector) {
  if (!is_name(domain) || !is_name(selector)) {
    return refuse("a DKIM domain and selector are names of letters, digits, dots and hyphens");
  }
  auto inside = std::make_unique<Inside>();
  inside->key = parse_pem(pem);
  if (!inside->key) {
    return refuse(
        "the DKIM key is no private key in PEM without a password; make one with openssl genpkey "
        "-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
  }
  inside->is_rsa = EVP_PKEY_is_a(inside->key.get(), "RSA") == 1;
  if (!inside->is_rsa && EVP_PKEY_is_a(inside->key.get(), "ED25519") != 1) {
    return refuse("a DKIM key is RSA or Ed25519");
  }
  const int bits = EVP_PKEY_get_bits(inside->key.get());
  if (inside->is_rsa && (bits < kRsaBitsMin || bits > kRsaBitsMax)) {
    return refuse("an RSA key for DKIM has 1,024 to 8,192 bits; 2,048 are usual");
  }
  inside->domain = ascii_lower(domain);
  inside->selector = ascii_lower(selector);
  return SigningKey{std::move(inside)};
}

std::string SigningKey::record_name() const {
  return inside_->selector + "._domainkey." + inside_->domain;
}

std::string SigningKey::record_text() const {
  return std::string{"v=DKIM1; k="} + (inside_->is_rsa ? "rsa" : "ed25519") +
         "; p=" + inside_->public_key();
}

Result<std::string> SigningKey::signature_of(std::string_view mail, Instant now) const {
  const Split split = split_mail(mail);
  const std::vector<std::string> names = names_to_sign(split.fields);
  std::string field = "v=1; a=" + std::string{inside_->algorithm()} +
                      "; c=relaxed/relaxed;\r\n\td=" + inside_->domain +
                      "; s=" + inside_->selector + "; t=" + std::to_string(unix_seconds(now)) +
                      ";\r\n\th=" + names_folded(names) +
                      ";\r\n\tbh=" + to_base64(sha256_of(relaxed_body(split.body))) + ";\r\n\tb=";
  const std::string text =
      signed_header(split.fields, names) + relaxed_field({"dkim-signature", relaxed_value(field)});
  LETHE_TRY(const std::string signature, inside_->sign(text));
  append_folded(field, signature);
  return "DKIM-Signature: " + field + "\r\n";
}

std::unique_ptr<ports::OutboundMail> open_signing(std::unique_ptr<ports::OutboundMail> next,
                                                  std::vector<SigningKey> keys,
                                                  ports::Clock& clock) {
  return std::make_unique<SigningMail>(std::move(next), std::move(keys), clock);
}

}  // namespace lethe::dkim
