#include "certificate_watch.h"

#include <sys/stat.h>

#include <boost/asio/strand.hpp>
#include <csignal>

#include "log.h"

namespace lethe::cli {
namespace {

namespace asio = boost::asio;

constexpr auto kLookEvery = std::chrono::seconds{2};

}  // namespace

CertificateWatch::CertificateWatch(asio::io_context& io, std::vector<std::string> files,
                                   smtp_in::Server& mail)
    : files_(std::move(files)),
      mail_(mail),
      seen_(state()),
      timer_(asio::make_strand(io)),
      hang_up_(timer_.get_executor(), SIGHUP) {
  look_later();
  wait_for_signal();
}

void CertificateWatch::look_later() {
  timer_.expires_after(kLookEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    look();
    look_later();
  });
}

void CertificateWatch::wait_for_signal() {
  hang_up_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    seen_ = state();
    reload();
    wait_for_signal();
  });
}

void CertificateWatch::look() {
  std::string now = state();
  if (now == seen_) return;
  seen_ = std::move(now);
  reload();
}

void CertificateWatch::reload() {
  if (seen_.empty()) return;
  const Status loaded = mail_.reload_tls();
  log_line(loaded ? std::string{"certificate: read again, new sessions use it"}
                  : "certificate: the former one stays: " + loaded.error().detail);
}

std::string CertificateWatch::state() const {
  std::string state;
  for (const std::string& file : files_) {
    struct stat found{};
    if (file.empty() || ::stat(file.c_str(), &found) != 0) continue;
    for (const std::int64_t part :
         {static_cast<std::int64_t>(found.st_ino), static_cast<std::int64_t>(found.st_size),
          static_cast<std::int64_t>(found.st_mtim.tv_sec),
          static_cast<std::int64_t>(found.st_mtim.tv_nsec)}) {
      state += std::to_string(part) + " ";
    }
  }
  return state;
}

}  // namespace lethe::cli
