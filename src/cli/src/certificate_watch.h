// Reads the mail doors' certificate again when its files change or the process gets SIGHUP.
//
// Sessions that run keep theirs. Files that cannot be used leave the former certificate in place,
// and the log says so; they are tried again when they change.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "lethe/smtp_in/server.h"

namespace lethe::cli {

// Destroyed before `mail` and `io`, when nobody runs `io` any more.
class CertificateWatch {
 public:
  // `files` may be empty names: then SIGHUP does nothing.
  CertificateWatch(boost::asio::io_context& io, std::vector<std::string> files,
                   smtp_in::Server& mail);

 private:
  void look_later();
  void wait_for_signal();
  void look();
  void reload();
  // What changes when a file is replaced or written; empty when there is none.
  [[nodiscard]] std::string state() const;

  std::vector<std::string> files_;
  smtp_in::Server& mail_;
  std::string seen_;
  boost::asio::steady_timer timer_;
  boost::asio::signal_set hang_up_;
};

}  // namespace lethe::cli
