// The command line: one process, one data directory (DESIGN section 5).
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "backup.h"
#include "command_certificate.h"
#include "control.h"
#include "exit_code.h"
#include "init.h"
#include "installed_postfix.h"
#include "keyring_receive.h"
#include "lethe/base/fault.h"
#include "lethe/base/text.h"
#include "lethe/base/time.h"
#include "lethe/core/postfix_smuggling.h"
#include "relay.h"
#include "serve.h"
#include "terminal.h"

namespace lethe::cli {
namespace {

namespace json = boost::json;

// What the server could not reach for us: it is another process, perhaps with another /tmp.
Status with_place(Status status) {
  if (status || !status.error().detail.starts_with("cannot ")) return status;
  Error error = std::move(status).error();
  error.detail +=
      ". The running server reads and writes it, and may reach less than you: try a file in or "
      "beside the data directory";
  return std::unexpected(std::move(error));
}

// In the server when one owns the directory, else here.
int run_command(const std::string& data, const std::string& name, const json::object& arguments) {
  const auto config = read_config(data, "");
  if (!config) return ended(std::unexpected(config.error()));
  if (const auto status = run_in_server(*config, name, arguments, terminal()))
    return ended(with_place(*status));
  if (const auto whole = refuse_unfinished(*config); !whole) return ended(whole);
  const auto world = World::open(*config, app::ConfirmSweep::no);
  if (!world) return ended(std::unexpected(world.error()));
  return ended(find_command(name)(**world, arguments, terminal()));
}

// main.cf is read here, with the rights of who asks; the server may have fewer.
int run_doctor_mail(const std::string& data, const std::string& main_cf,
                    const std::string& postfix_version) {
  json::object arguments;
  if (!postfix_version.empty() && !core::parse_postfix_version(postfix_version)) {
    return ended(fail(Errc::invalid_argument, "--postfix-version is a version, as 3.7.11"));
  }
  if (!main_cf.empty()) {
    std::ifstream file{main_cf, std::ios::binary};
    std::string text(core::PostfixSettings::kFileBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || !file.is_open()) {
      return ended(fail(Errc::not_found, "cannot read " + main_cf));
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    arguments["main_cf"] = to_valid_utf8(text);
    arguments["postfix_version"] = postfix_version;
    arguments["postfix_installed"] = to_valid_utf8(installed_postfix_version(main_cf));
  }
  return run_command(data, "doctor mail", arguments);
}

std::string absolute(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).string();
}

// For CLI11: empty when `text` is a time.
std::string complaint_about_time(const std::string& text) {
  const auto at = parse_rfc3339(text);
  return at ? std::string{} : at.error().detail;
}

void print_fault_points() {
  for (const std::string_view name : fault_point_names()) {
    std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
  }
}

// What the options of all subcommands fill in; one command runs per process.
struct Options {
  std::string data, organisation, admin, config, http, smtp, lmtp, agent,
      scope = "read", name, format, at, address, file, key, keyring, listen;
  std::vector<std::string> files;
  bool confirm_sweep = false, fault_points = false;
  std::string what, main_cf, postfix_version;
  std::int64_t ticket = 0;
};

class CommandLine {
 public:
  CommandLine() : root_{"Lethe, the helpdesk that forgets on time and proves it", "lethe"} {
    root_.require_subcommand(1);
    root_.set_version_flag("--version", "lethe " LETHE_VERSION);
    add_init();
    add_serve();
    add_token();
    add_agent();
    add_import();
    add_retention();
    add_person();
    add_backup();
    add_keyring();
    add_certificate();
    add_doctor();
    add_relay();
  }

  int run(int argc, char** argv) {
    try {
      root_.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
      if (problem.get_name() == "RequiredError" && refuse_command()) return kUsage;
      const int code = root_.exit(problem);
      return code == 0 ? kDone : kUsage;
    }
    return action_ ? action_() : kUsage;
  }

 private:
  // Where a command is missing or unknown: the word that is none, and those there are. CLI11 says
  // neither. False when the commands are right and something else is missing.
  [[nodiscard]] bool refuse_command() const {
    const CLI::App* at = &root_;
    std::string path = root_.get_name();
    while (!at->get_subcommands().empty()) {
      at = at->get_subcommands().front();
      path += " " + at->get_name();
    }
    if (at->get_require_subcommand_min() == 0) return false;
    std::string known;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      known += (known.empty() ? "" : ", ") + command->get_name();
    }
    const auto words = at->remaining();
    const std::string why = words.empty() ? "a command is missing" : "no command " + words.front();
    std::fprintf(stderr, "%s: %s; there are: %s\nRun %s --help for more.\n", path.c_str(),
                 why.c_str(), known.c_str(), path.c_str());
    return true;
  }

  void add_init() {
    auto* command = root_.add_subcommand("init", "make a data directory and its keyring");
    add_data(command);
    command->add_option("--organisation", o_.organisation, "your organisation's name")->required();
    command->add_option("--admin", o_.admin, "the administrator's e-mail address")->required();
    command->callback(
        [this] { action_ = [this] { return ended(init(o_.data, o_.organisation, o_.admin)); }; });
  }

  void add_serve() {
    auto* command = root_.add_subcommand("serve", "receive mail and serve pages until SIGTERM");
    command->add_option("--config", o_.config, "configuration, default DIR/lethe.toml");
    add_optional_data(command)->default_str("var");
    command->add_option("--http", o_.http, "ADDR:PORT of the pages");
    command->add_option("--smtp", o_.smtp, "ADDR:PORT of the SMTP listener");
    command->add_option("--lmtp", o_.lmtp, "ADDR:PORT or unix:PATH of the LMTP listener");
    command->add_flag("--confirm-sweep", o_.confirm_sweep,
                      "remove persons the keyring knows nothing of");
    command->callback([this] {
      action_ = [this] {
        return ended(serve({.data = o_.data.empty() ? "var" : o_.data,
                            .config = o_.config,
                            .http = o_.http,
                            .smtp = o_.smtp,
                            .lmtp = o_.lmtp,
                            .confirm_sweep = o_.confirm_sweep}));
      };
    });
  }

  void add_token() {
    auto* token = root_.add_subcommand("token", "tokens of the API");
    token->require_subcommand(1);
    auto* create = token->add_subcommand("create", "make a token and print it, once");
    add_data(create);
    create->add_option("--agent", o_.agent, "the agent's e-mail address")->required();
    create->add_option("--scope", o_.scope, "read, write (no erasing, no rules) or admin")
        ->required()
        ->check(CLI::IsMember({"read", "write", "admin"}));
    create->add_option("--name", o_.name, "what the token is for");
    remote(create, "token create", [this] {
      return json::object{{"agent", o_.agent}, {"scope", o_.scope}, {"name", o_.name}};
    });
  }

  void add_agent() {
    auto* agent = root_.add_subcommand("agent", "who answers");
    agent->require_subcommand(1);
    auto* link = agent->add_subcommand("link", "print a new one-time link to sign in");
    add_data(link);
    link->add_option("address", o_.agent, "the agent's e-mail address")->required();
    remote(link, "agent link", [this] { return json::object{{"address", o_.agent}}; });
    auto* reset = agent->add_subcommand("reset-two-step", "end two-step sign-in of a lost phone");
    add_data(reset);
    reset->add_option("address", o_.agent, "the agent's e-mail address")->required();
    remote(reset, "agent reset-two-step", [this] { return json::object{{"address", o_.agent}}; });
  }

  void add_import() {
    auto* command = root_.add_subcommand("import", "take in mails or tickets; may be repeated");
    add_data(command);
    command->add_option("format", o_.format, "mbox, eml or ndjson")
        ->required()
        ->check(CLI::IsMember({"mbox", "eml", "ndjson"}));
    command->add_option("files", o_.files, "the files")->required();
    remote(command, "import", [this] {
      json::array files;
      for (const std::string& file : o_.files) files.emplace_back(absolute(file));
      return json::object{{"format", o_.format}, {"files", std::move(files)}};
    });
  }

  void add_retention() {
    auto* retention = root_.add_subcommand("retention", "what the rules erase");
    retention->require_subcommand(1);
    for (const char* verb : {"preview", "run"}) {
      auto* command = retention->add_subcommand(
          verb, std::string{verb} == "run" ? "erase what is due" : "say what would be erased");
      add_data(command);
      command->add_option("--at", o_.at, "as of this time (RFC 3339); run refuses the future")
          ->check(complaint_about_time);
      remote(command, std::string{"retention "} + verb,
             [this] { return json::object{{"at", o_.at}}; });
    }
  }

  void add_person() {
    auto* person = root_.add_subcommand("person", "a person's data");
    person->require_subcommand(1);
    for (const char* verb : {"export", "erase"}) {
      auto* command = person->add_subcommand(verb, std::string{verb} == "erase"
                                                       ? "erase for good, with a certificate"
                                                       : "print everything held about them");
      add_data(command);
      command->add_option("address", o_.address, "their e-mail address")->required();
      remote(command, std::string{"person "} + verb,
             [this] { return json::object{{"address", o_.address}}; });
    }
  }

  void add_backup() {
    auto* backup = root_.add_subcommand("backup", "the data, never the keyring");
    backup->require_subcommand(1);
    auto* create = backup->add_subcommand("create", "write a backup of the data");
    add_data(create);
    create->add_option("file", o_.file, "the file to write")->required();
    remote(create, "backup create", [this] { return json::object{{"file", absolute(o_.file)}}; });
    auto* restore = backup->add_subcommand("restore", "put a backup's data in place");
    add_data(restore);
    restore->add_option("file", o_.file, "the backup")->required();
    restore->add_flag("--confirm-sweep", o_.confirm_sweep,
                      "remove persons the keyring knows nothing of");
    restore->callback([this] {
      action_ = [this] { return ended(restore_backup(o_.data, o_.file, o_.confirm_sweep)); };
    });
    auto* verify = backup->add_subcommand("verify", "read a backup whole and check it");
    add_optional_data(verify);
    verify->add_option("file", o_.file, "the backup")->required();
    verify->callback(
        [this] { action_ = [this] { return ended(verify_backup(o_.data, o_.file)); }; });
  }

  void add_keyring() {
    auto* keyring = root_.add_subcommand("keyring", "where the keys are");
    keyring->require_subcommand(1);
    auto* status = keyring->add_subcommand("status", "places, replica, generation");
    add_data(status);
    remote(status, "keyring status", [] { return json::object{}; });
    auto* receive = keyring->add_subcommand(
        "receive", "be the replica of a keyring on another host, until SIGTERM");
    receive->add_option("--keyring", o_.keyring, "the directory that holds the copy")->required();
    receive->add_option("--listen", o_.listen, "ADDR:PORT")->required();
    receive->callback(
        [this] { action_ = [this] { return ended(receive_keyring(o_.keyring, o_.listen)); }; });
  }

  void add_certificate() {
    auto* certificate = root_.add_subcommand("certificate", "certificates of erasure");
    certificate->require_subcommand(1);
    auto* verify = certificate->add_subcommand("verify", "check a certificate offline");
    verify->add_option("file", o_.file, "the *.lethe-certificate file")->required();
    verify->add_option("--key", o_.key, "the installation's public key file");
    verify->callback([this] { action_ = [this] { return verify_certificate(o_.file, o_.key); }; });
  }

  void add_doctor() {
    auto* command = root_.add_subcommand("doctor", "look at keys, disk, clock, permissions");
    add_optional_data(command);
    command->add_flag("--fault-points", o_.fault_points, "names for LETHE_FAULT, of test builds");
    command->add_option("what", o_.what, "mail: DNS, certificate and Postfix, for mail")
        ->check(CLI::IsMember({"mail"}));
    auto* main_cf =
        command->add_option("--main-cf", o_.main_cf, "mail: the main.cf of the Postfix in front");
    command
        ->add_option("--postfix-version", o_.postfix_version,
                     "mail: its version; default: what main.cf or this machine's postconf says")
        ->needs(main_cf);
    command->callback([this] {
      action_ = [this] {
        if (o_.fault_points) {
          print_fault_points();
          return kDone;
        }
        const std::string data = o_.data.empty() ? "var" : o_.data;
        if (o_.what.empty() && !o_.main_cf.empty()) {
          std::fprintf(stderr, "--main-cf is looked at by lethe doctor mail\n");
          return kUsage;
        }
        if (o_.what == "mail") return run_doctor_mail(data, o_.main_cf, o_.postfix_version);
        return run_command(data, "doctor", json::object{});
      };
    });
  }

  void add_relay() {
    auto* command = root_.add_subcommand("relay", "hand mail on to another system, keep nothing");
    command->add_option("--config", o_.config, "configuration")
        ->default_str("/etc/lethe/relay.toml");
    command->add_option("--reply-address", o_.address,
                        "print the reply address of this requester's ticket, and end");
    command->add_option("--ticket", o_.ticket, "its number in Freshdesk");
    command->callback([this] {
      action_ = [this] {
        const std::string file = o_.config.empty() ? "/etc/lethe/relay.toml" : o_.config;
        if (o_.address.empty()) return ended(relay(file));
        return ended(print_reply_address(file, o_.ticket, o_.address));
      };
    });
  }

  CLI::Option* add_optional_data(CLI::App* command) {
    return command->add_option("--data", o_.data, "data directory")
        ->check([](const std::string& path) {
          return path.empty() ? std::string{"names no directory"} : std::string{};
        });
  }
  void add_data(CLI::App* command) { add_optional_data(command)->required(); }
  template <class Arguments>
  void remote(CLI::App* command, std::string name, Arguments arguments) {
    command->callback([this, name = std::move(name), arguments] {
      action_ = [this, name, arguments] { return run_command(o_.data, name, arguments()); };
    });
  }

  CLI::App root_;
  Options o_;
  std::function<int()> action_;
};

}  // namespace
}  // namespace lethe::cli

int main(int argc, char** argv) {
  // No core file holds what people wrote (DESIGN section 4, Memory).
  ::prctl(PR_SET_DUMPABLE, 0);
  ::umask(0077);
  return lethe::cli::CommandLine{}.run(argc, argv);
}
