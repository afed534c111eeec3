#include "lethe/dns/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>

// Newer versions warn of the calls that Debian 12's version has only.
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <arpa/nameser.h>

#include <array>
#include <mutex>
#include <optional>

namespace lethe::dns {
namespace {

using ports::DnsRecord;
using ports::DnsType;
using SteadyClock = std::chrono::steady_clock;
using Records = std::vector<DnsRecord>;

constexpr std::size_t kRecordsMax = 200;
constexpr int kTries = 2;

int number_of(DnsType type) {
  switch (type) {
    case DnsType::a:
      return ns_t_a;
    case DnsType::aaaa:
      return ns_t_aaaa;
    case DnsType::mx:
      return ns_t_mx;
    case DnsType::txt:
      return ns_t_txt;
    case DnsType::ptr:
      break;
  }
  return ns_t_ptr;
}

// No such name, or nothing of this type: an answer as well.
bool is_empty_answer(int status) { return status == ARES_ENODATA || status == ARES_ENOTFOUND; }

struct Packet {
  const unsigned char* bytes;
  int size;
};

template <int Family, class Address, auto Parse>
int read_addresses(Packet packet, Records& out) {
  std::array<Address, kRecordsMax> found{};
  int count = static_cast<int>(found.size());
  hostent* unused = nullptr;
  const int status = Parse(packet.bytes, packet.size, &unused, found.data(), &count);
  if (unused != nullptr) ::ares_free_hostent(unused);
  for (int i = 0; status == ARES_SUCCESS && i < count; ++i) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    // The address is the first member of both structures.
    if (::inet_ntop(Family, &found[static_cast<std::size_t>(i)], text.data(), text.size()) !=
        nullptr)
      out.push_back({text.data()});
  }
  return status;
}

int read_mx(Packet packet, Records& out) {
  ares_mx_reply* found = nullptr;
  const int status = ::ares_parse_mx_reply(packet.bytes, packet.size, &found);
  for (const auto* each = found; each != nullptr && out.size() < kRecordsMax; each = each->next) {
    out.push_back({each->host, each->priority});
  }
  if (found != nullptr) ::ares_free_data(found);
  return status;
}

int read_txt(Packet packet, Records& out) {
  ares_txt_ext* found = nullptr;
  const int status = ::ares_parse_txt_reply_ext(packet.bytes, packet.size, &found);
  for (const auto* each = found; each != nullptr; each = each->next) {
    if (each->record_start != 0 || out.empty()) {
      if (out.size() == kRecordsMax) break;
      out.emplace_back();
    }
    out.back().value.append(reinterpret_cast<const char*>(each->txt), each->length);
  }
  if (found != nullptr) ::ares_free_data(found);
  return status;
}

int read_ptr(Packet packet, Records& out) {
  hostent* found = nullptr;
  const std::array<unsigned char, 4> any{};  // only copied into the result
  const int status =
      ::ares_parse_ptr_reply(packet.bytes, packet.size, any.data(), any.size(), AF_INET, &found);
  if (status == ARES_SUCCESS && found != nullptr) {
    for (char** alias = found->h_aliases; alias != nullptr && *alias != nullptr; ++alias) {
      if (out.size() < kRecordsMax) out.push_back({*alias});
    }
    if (out.empty() && found->h_name != nullptr) out.push_back({found->h_name});
  }
  if (found != nullptr) ::ares_free_hostent(found);
  return status;
}

int read(DnsType type, Packet packet, Records& out) {
  switch (type) {
    case DnsType::a:
      return read_addresses<AF_INET, ares_addrttl, ::ares_parse_a_reply>(packet, out);
    case DnsType::aaaa:
      return read_addresses<AF_INET6, ares_addr6ttl, ::ares_parse_aaaa_reply>(packet, out);
    case DnsType::mx:
      return read_mx(packet, out);
    case DnsType::txt:
      return read_txt(packet, out);
    case DnsType::ptr:
      break;
  }
  return read_ptr(packet, out);
}

struct Answer {
  DnsType type;
  std::optional<int> status;
  Records records;
};

void take_answer(void* place, int status, int, unsigned char* bytes, int size) {
  auto& answer = *static_cast<Answer*>(place);
  if (status == ARES_SUCCESS) status = read(answer.type, {bytes, size}, answer.records);
  answer.status = status;
}

class Resolver final : public ports::Dns {
 public:
  Resolver(ares_channel channel, std::chrono::milliseconds patience)
      : channel_(channel), patience_(patience) {}
  ~Resolver() override { ::ares_destroy(channel_); }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  Result<Records> find(const std::string& name, DnsType type) override {
    if (name.empty() || name.size() > 253) return fail(Errc::invalid_argument, "no name");
    if (!deadline_) deadline_ = SteadyClock::now() + patience_;
    if (SteadyClock::now() >= *deadline_) return fail(Errc::unavailable, "the time is over");
    Answer answer{.type = type, .status = std::nullopt, .records = {}};
    ::ares_query(channel_, name.c_str(), ns_c_in, number_of(type), take_answer, &answer);
    while (!answer.status && SteadyClock::now() < *deadline_) wait();
    // Calls take_answer for what is still under way, so that nothing points to it afterwards.
    if (!answer.status) ::ares_cancel(channel_);
    if (answer.status == ARES_SUCCESS) return std::move(answer.records);
    if (is_empty_answer(*answer.status)) return Records{};
    if (answer.status == ARES_EBADNAME) return fail(Errc::invalid_argument, "no name");
    return fail(Errc::unavailable, ::ares_strerror(*answer.status));
  }

 private:
  // By poll: a server with many connections has descriptors beyond those of select.
  void wait() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const int wanted = ::ares_getsock(channel_, sockets.data(), sockets.size());
    std::array<pollfd, ARES_GETSOCK_MAXNUM> polled{};
    nfds_t count = 0;
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool reads = ARES_GETSOCK_READABLE(wanted, i) != 0;
      const bool writes = ARES_GETSOCK_WRITABLE(wanted, i) != 0;
      if (!reads && !writes) continue;
      polled[count++] = {sockets[i],
                         static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
    }
    constexpr int kTurn = 100;  // milliseconds, for the timers of c-ares
    static_cast<void>(::poll(polled.data(), count, kTurn));
    for (nfds_t i = 0; i < count; ++i) {
      const bool reads = (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      const bool writes = (polled[i].revents & POLLOUT) != 0;
      ::ares_process_fd(channel_, reads ? polled[i].fd : ARES_SOCKET_BAD,
                        writes ? polled[i].fd : ARES_SOCKET_BAD);
    }
    ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }

  ares_channel channel_;
  std::chrono::milliseconds patience_;
  std::optional<SteadyClock::time_point> deadline_;
};

bool begin_library() {
  static const bool begun = ::ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return begun;
}

}  // namespace

Result<std::unique_ptr<ports::Dns>> open_resolver(Settings settings) {
  if (!begin_library()) return fail(Errc::unavailable, "the resolver cannot begin");
  ares_options options{};
  options.timeout = static_cast<int>(settings.per_try.count());
  options.tries = kTries;
  ares_channel channel = nullptr;
  const int status = ::ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status != ARES_SUCCESS) return fail(Errc::unavailable, ::ares_strerror(status));
  auto resolver = std::make_unique<Resolver>(channel, settings.patience);
  if (!settings.servers.empty() &&
      ::ares_set_servers_ports_csv(channel, settings.servers.c_str()) != ARES_SUCCESS) {
    return fail(Errc::invalid_argument,
                "dns.resolver is an address, or address:port, several with commas", "dns.resolver");
  }
  return resolver;
}

}  // namespace lethe::dns
