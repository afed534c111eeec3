#include "tls_target.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string_view>
#include <thread>

#include "process.h"
#include "report.h"

namespace lethe::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket>;

// Operations answer with an error code instead of throwing.
constexpr auto kNoThrow = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view kTaken =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";

struct Files {
  std::string certificate, key;
};

Files make_certificate(const std::string& directory) {
  Files files{directory + "/target.pem", directory + "/target.key"};
  const Outcome made =
      run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
           "subjectAltName=IP:127.0.0.1", "-keyout", files.key, "-out", files.certificate});
  if (made.code != 0) give_up("openssl makes no certificate");
  return files;
}

// Of a request's head, in lower case; 0: none.
std::size_t length_in(std::string_view head) {
  constexpr std::string_view kName = "\r\ncontent-length:";
  const std::size_t at = head.find(kName);
  if (!head.starts_with("post ") || at == std::string_view::npos) return 0;
  return static_cast<std::size_t>(std::atoll(head.data() + at + kName.size()));
}

std::string lower(std::string_view text) {
  std::string made{text};
  std::ranges::transform(made, made.begin(), [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
  });
  return made;
}

}  // namespace

struct TlsTarget::Parts {
  explicit Parts(Files the_files) : files(std::move(the_files)) {
    tls.use_certificate_chain_file(files.certificate);
    tls.use_private_key_file(files.key, asio::ssl::context::pem);
    asio::co_spawn(io, accept_all(), asio::detached);
    thread = std::jthread{[this] { io.run(); }};
  }
  ~Parts() { io.stop(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  asio::awaitable<void> accept_all() {
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(kNoThrow);
      if (error) co_return;
      socket.set_option(tcp::no_delay{true});
      connections += 1;
      asio::co_spawn(io, converse(TlsStream{std::move(socket), tls}), asio::detached);
    }
  }

  asio::awaitable<void> converse(TlsStream stream) {
    auto [failed] = co_await stream.async_handshake(TlsStream::server, kNoThrow);
    std::string input;
    while (!failed) {
      auto [error, head_bytes] = co_await asio::async_read_until(
          stream, asio::dynamic_buffer(input), "\r\n\r\n", kNoThrow);
      if (error) co_return;
      const std::size_t length = length_in(lower(std::string_view{input}.substr(0, head_bytes)));
      if (length == 0) co_return;
      const std::size_t whole = head_bytes + length;
      if (input.size() < whole) {
        auto [cut, bytes] =
            co_await asio::async_read(stream, asio::dynamic_buffer(input),
                                      asio::transfer_exactly(whole - input.size()), kNoThrow);
        if (cut) co_return;
      }
      input.erase(0, whole);
      mails += 1;
      auto [unheard, written] = co_await asio::async_write(stream, asio::buffer(kTaken), kNoThrow);
      failed = unheard;
    }
  }

  Files files;
  asio::io_context io{1};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tcp::acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::atomic<std::int64_t> mails{0};
  std::atomic<std::int64_t> connections{0};
  std::jthread thread;  // last: it ends before what it uses
};

TlsTarget::TlsTarget(const std::string& directory)
    : parts_(std::make_unique<Parts>(make_certificate(directory))) {}
TlsTarget::~TlsTarget() = default;

std::uint16_t TlsTarget::port() const { return parts_->acceptor.local_endpoint().port(); }
const std::string& TlsTarget::certificate() const noexcept { return parts_->files.certificate; }
std::int64_t TlsTarget::mails() const noexcept { return parts_->mails; }
std::int64_t TlsTarget::connections() const noexcept { return parts_->connections; }

}  // namespace lethe::bench
