#include "http_client.h"

#include <algorithm>
#include <chrono>

#include "report.h"

namespace lethe::bench {

HttpClient::HttpClient(std::uint16_t port, std::string cookie)
    : socket_(Socket::connect(port)),
      host_("127.0.0.1:" + std::to_string(port)),
      cookie_(std::move(cookie)) {}

HttpAnswer HttpClient::get(const std::string& target, const std::string& accept_encoding) {
  std::string request = "GET " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n";
  if (!cookie_.empty()) request += "Cookie: " + cookie_ + "\r\n";
  if (!accept_encoding.empty()) request += "Accept-Encoding: " + accept_encoding + "\r\n";
  const auto began = std::chrono::steady_clock::now();
  HttpAnswer answer;
  std::string line;
  if (!socket_.send(request + "\r\n") || !socket_.read_line(line))
    give_up("no answer to " + target);
  answer.status = std::atoi(line.substr(line.find(' ') + 1).c_str());
  while (socket_.read_line(line) && !line.empty()) {
    std::ranges::transform(line, line.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? c | 0x20 : c; });
    answer.head += line + "\n";
  }
  const std::size_t length = answer.head.find("content-length:");
  if (length == std::string::npos) give_up("no length of " + target);
  const auto bytes = static_cast<std::size_t>(std::atoll(answer.head.c_str() + length + 15));
  if (!socket_.read_exactly(bytes, answer.body)) give_up("half an answer to " + target);
  answer.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
  return answer;
}

}  // namespace lethe::bench
