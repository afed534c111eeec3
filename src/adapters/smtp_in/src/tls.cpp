#include "tls.h"

namespace lethe::smtp_in {
namespace {

std::unexpected<Error> bad_file(const std::string& path, const error_code& error) {
  return fail(Errc::invalid_argument, path + ": " + error.message());
}

}  // namespace

Result<TlsContext> load_tls(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_CLEANSE_PLAINTEXT);
  error_code error;
  if (context->use_certificate_chain_file(files.certificate, error))
    return bad_file(files.certificate, error);
  if (context->use_private_key_file(files.key, asio::ssl::context::pem, error)) {
    return bad_file(files.key, error);
  }
  if (SSL_CTX_check_private_key(native) != 1) {
    return fail(Errc::invalid_argument, files.key + ": not the key of the certificate");
  }
  return context;
}

}  // namespace lethe::smtp_in
