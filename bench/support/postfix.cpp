#include "postfix.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "process.h"
#include "report.h"
#include "socket.h"

namespace lethe::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPostfix = "/usr/sbin/postfix";

// Debian's services, without chroot and without what a loopback relay does not need.
constexpr const char* kServices = R"(
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
smtp      unix - - n - - smtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
)";

void write_main(const std::string& config, const std::string& root, const std::string& domain,
                std::uint16_t sink) {
  std::ofstream{config + "/main.cf"}
      << "compatibility_level = 3.6\nqueue_directory = " << root
      << "/queue\ndata_directory = " << root << "/data\nmaillog_file = " << root
      << "/log\nmaillog_file_prefixes = " << fs::path{root}.parent_path().string()
      << "\nmyhostname = relay.example\nmydestination =\ninet_interfaces = 127.0.0.1\n"
         "inet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nalias_maps =\nalias_database =\n"
         "smtpd_peername_lookup = no\nlocal_recipient_maps =\nrelay_domains = "
      << domain << "\nrelay_transport = lmtp:inet:127.0.0.1:" << sink
      << "\nsmtpd_relay_restrictions = permit_mynetworks, reject\n"
         "smtpd_client_connection_count_limit = 0\n";
}

}  // namespace

bool Postfix::is_there() { return ::geteuid() == 0 && fs::exists(kPostfix); }

Postfix::Postfix(const std::string& directory, const std::string& domain, std::uint16_t sink)
    : config_(directory + "/etc"), port_(free_port()) {
  fs::remove_all(directory);
  for (const char* part : {"/etc", "/queue", "/data"}) fs::create_directories(directory + part);
  std::ignore = run({"chown", "postfix", directory + "/data"});
  write_main(config_, directory, domain, sink);
  std::ofstream{config_ + "/master.cf"} << "127.0.0.1:" << port_ << " inet n - n - - smtpd"
                                        << kServices;
  if (run({kPostfix, "-c", config_, "start"}).code != 0) give_up("Postfix does not start");
}

Postfix::~Postfix() { std::ignore = run({kPostfix, "-c", config_, "stop"}); }

}  // namespace lethe::bench
