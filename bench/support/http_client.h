// GET over one kept connection to 127.0.0.1.
#pragma once

#include <cstdint>
#include <string>

#include "socket.h"

namespace lethe::bench {

struct HttpAnswer {
  int status = 0;
  std::string head;  // all header lines, lower case
  std::string body;  // as it was sent, coded or not
  double milliseconds = 0;
};

class HttpClient {
 public:
  // `cookie` is the whole value of the header; empty: none.
  HttpClient(std::uint16_t port, std::string cookie);
  // `target` starts with a slash. Gives up when the connection ends or the body has no length.
  [[nodiscard]] HttpAnswer get(const std::string& target, const std::string& accept_encoding = {});

 private:
  Socket socket_;
  std::string host_;
  std::string cookie_;
};

}  // namespace lethe::bench
