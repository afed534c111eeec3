#include <arpa/inet.h>
#include <libetpan/libetpan.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "folder_name.h"
#include "lethe/base/secret.h"
#include "lethe/base/text.h"
#include "peer.h"
#include "session.h"
#include "stream.h"

namespace lethe::imap_in {
namespace {

using ports::SourceSecurity;
using ports::SourceTrouble;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* kKeyword = "$LetheRefused";
constexpr std::uint32_t kChunkBytes = 1 << 20;
constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20;
constexpr auto kFarewellPatience = seconds{2};

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;
using SetPtr = Owned<mailimap_set, ::mailimap_set_free>;
using FetchType = Owned<mailimap_fetch_type, ::mailimap_fetch_type_free>;
using Fetched = Owned<clist, ::mailimap_fetch_list_free>;

template <class T, class Do>
void for_each(const clist* list, Do act) {
  if (list == nullptr) return;
  for (const clistcell* cell = list->first; cell != nullptr; cell = cell->next) {
    act(*static_cast<T*>(cell->data));
  }
}

SetPtr set_of(const std::vector<std::uint32_t>& uids) {
  SetPtr set{::mailimap_set_new_empty()};
  for (const std::uint32_t uid : uids) ::mailimap_set_add_single(set.get(), uid);
  return set;
}

bool is_our_keyword(const mailimap_flag_fetch& flag) {
  return flag.fl_type == MAILIMAP_FLAG_FETCH_OTHER && flag.fl_flag != nullptr &&
         flag.fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
         equals_ignoring_ascii_case(flag.fl_flag->fl_data.fl_keyword, kKeyword);
}

void read_item(const mailimap_msg_att_item& item, Listed& mail) {
  if (item.att_type == MAILIMAP_MSG_ATT_ITEM_STATIC) {
    const mailimap_msg_att_static& fixed = *item.att_data.att_static;
    if (fixed.att_type == MAILIMAP_MSG_ATT_UID) mail.uid = fixed.att_data.att_uid;
    if (fixed.att_type == MAILIMAP_MSG_ATT_RFC822_SIZE) {
      mail.size = fixed.att_data.att_rfc822_size;
    }
  } else if (item.att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC) {
    for_each<mailimap_flag_fetch>(item.att_data.att_dyn->att_list,
                                  [&](const mailimap_flag_fetch& flag) {
                                    if (is_our_keyword(flag)) mail.set_aside = true;
                                  });
  }
}

// False when the item is no piece of a mail.
bool append_section(const mailimap_msg_att_item& item, std::string& out) {
  if (item.att_type != MAILIMAP_MSG_ATT_ITEM_STATIC) return false;
  const mailimap_msg_att_static& fixed = *item.att_data.att_static;
  if (fixed.att_type != MAILIMAP_MSG_ATT_BODY_SECTION) return false;
  const mailimap_msg_att_body_section* section = fixed.att_data.att_body_section;
  if (section == nullptr || section->sec_body_part == nullptr) return true;
  out.append(section->sec_body_part, section->sec_length);
  return true;
}

class EtpanSession final : public Session {
 public:
  EtpanSession(std::unique_ptr<Peer> peer, seconds patience)
      : peer_(std::move(peer)), patience_(patience), imap_(::mailimap_new(0, nullptr)) {}

  ~EtpanSession() override {
    // It says LOGOUT when it is signed in.
    peer_->limit(SteadyClock::now() + kFarewellPatience, kAnswerBytesMax);
    if (imap_ != nullptr) ::mailimap_free(imap_);
  }

  Tried<void> open(const ports::MailSource& source);

  std::uint32_t uid_validity() const override { return selection().sel_uidvalidity; }
  std::uint32_t count() const override { return selection().sel_exists; }
  Tried<std::vector<Listed>> list(std::uint32_t first, std::uint32_t many, Sizes sizes) override;
  Tried<std::optional<std::uint32_t>> size(std::uint32_t uid) override;
  Tried<std::optional<std::string>> fetch(std::uint32_t uid) override;
  Tried<bool> remove(const std::vector<std::uint32_t>& uids) override;
  Tried<Aside> set_aside(std::uint32_t uid) override;
  Tried<bool> move_to(std::uint32_t uid, const std::string& folder) override;
  bool pushes() const override { return has("IDLE"); }
  Tried<void> wait(Wake& wake, seconds at_most) override;
  Tried<void> look() override {
    return done(command([&] { return ::mailimap_noop(imap_); }), "NOOP");
  }

 private:
  // The session outlives its mails by hours of IDLE; libetpan would keep the last one until another
  // answer of that length.
  void wipe_received() noexcept {
    MMAPString& answer = *imap_->imap_stream_buffer;
    wipe(answer.str, answer.allocated_len);
    ::mmap_string_set_size(&answer, 0);
    mailstream& stream = *imap_->imap_stream;
    wipe(stream.read_buffer + stream.read_buffer_len,
         stream.buffer_max_size - stream.read_buffer_len);
  }
  const mailimap_selection_info& selection() const { return *imap_->imap_selection_info; }
  bool has(std::string_view capability) const {
    return capabilities_.contains(std::string{capability});
  }
  template <class Do>
  int command(Do act) {
    peer_->limit(SteadyClock::now() + patience_, kAnswerBytesMax);
    return act();
  }
  // A refusal by the server is no reason to end the session by itself; what follows decides.
  Tried<void> done(int result, const char* what) const {
    if (result == MAILIMAP_NO_ERROR) return {};
    return std::unexpected(failure_of(result, what));
  }
  Failure failure_of(int result, const char* what) const;
  bool is_broken(int result) const {
    return result == MAILIMAP_ERROR_STREAM || result == MAILIMAP_ERROR_PARSE ||
           result == MAILIMAP_ERROR_FATAL || result == MAILIMAP_ERROR_PROTOCOL ||
           result == MAILIMAP_ERROR_MEMORY || peer_->failure().trouble != SourceTrouble::none;
  }
  Tried<void> greet();
  Tried<void> encrypt(const ports::MailSource& source);
  Tried<void> ask_capabilities();
  Tried<void> sign_in(const ports::MailSource& source);
  Tried<void> flag(const std::vector<std::uint32_t>& uids, mailimap_flag* flag);
  Tried<bool> expunge(const std::vector<std::uint32_t>& uids);

  std::unique_ptr<Peer> peer_;
  seconds patience_;
  mailimap* imap_;
  std::set<std::string> capabilities_;  // upper case; "AUTH=PLAIN"
  std::set<std::uint32_t> flagged_;     // by us, \Deleted and not yet expunged
};

Failure EtpanSession::failure_of(int result, const char* what) const {
  if (peer_->failure().trouble != SourceTrouble::none) return peer_->failure();
  const bool refused = !is_broken(result);
  return {.trouble = SourceTrouble::garbled,
          .detail = std::string{refused ? "the server refused " : "no IMAP after "} + what,
          .session_lives = refused};
}

Tried<void> EtpanSession::greet() {
  mailstream* stream = stream_over(*peer_);
  if (imap_ == nullptr || stream == nullptr) return failed(SourceTrouble::busy, "no memory");
  const int result = command([&] { return ::mailimap_connect(imap_, stream); });
  if (result == MAILIMAP_NO_ERROR_NON_AUTHENTICATED) return {};
  if (result == MAILIMAP_NO_ERROR_AUTHENTICATED) {
    return failed(SourceTrouble::garbled, "it greets as signed in (PREAUTH)");
  }
  if (result == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION) {
    return failed(SourceTrouble::hung_up, "it greets with BYE");
  }
  return std::unexpected(failure_of(result, "the greeting"));
}

Tried<void> EtpanSession::ask_capabilities() {
  mailimap_capability_data* data = nullptr;
  const int result = command([&] { return ::mailimap_capability(imap_, &data); });
  if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "CAPABILITY"));
  capabilities_.clear();
  for_each<struct mailimap_capability>(data->cap_list, [&](const struct mailimap_capability& each) {
    const bool auth = each.cap_type == MAILIMAP_CAPABILITY_AUTH_TYPE;
    const char* name = auth ? each.cap_data.cap_auth_type : each.cap_data.cap_name;
    std::string word = (auth ? "AUTH=" : "") + std::string{name == nullptr ? "" : name};
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    capabilities_.insert(std::move(word));
  });
  ::mailimap_capability_data_free(data);
  return {};
}

// What came in clear before the encryption began would count as said under it (RFC 3501 section
// 6.2.1, CVE-2011-0411 and its kin), so there must be none.
Tried<void> EtpanSession::encrypt(const ports::MailSource& source) {
  if (const auto asked = ask_capabilities(); !asked) return asked;
  if (!has("STARTTLS")) return failed(SourceTrouble::no_starttls, "no STARTTLS in CAPABILITY");
  const int result = command([&] { return ::mailimap_starttls(imap_); });
  if (is_broken(result)) return std::unexpected(failure_of(result, "STARTTLS"));
  if (result != MAILIMAP_NO_ERROR) return failed(SourceTrouble::no_starttls, "STARTTLS refused");
  if (imap_->imap_stream->read_buffer_len != 0) {
    return failed(SourceTrouble::tls_failed, "the server spoke in clear after STARTTLS");
  }
  return peer_->start_tls({source.host, source.port, source.ca_file});
}

Tried<void> EtpanSession::sign_in(const ports::MailSource& source) {
  auto password = source.password();
  if (!password) return failed(SourceTrouble::password, password.error().detail);
  std::string clear{as_text(password->reveal())};
  const bool by_login = !has("LOGINDISABLED");
  const int result = command([&] {
    if (by_login) return ::mailimap_login(imap_, source.user.c_str(), clear.c_str());
    return ::mailimap_authenticate(imap_, "PLAIN", source.host.c_str(), nullptr, nullptr,
                                   source.user.c_str(), source.user.c_str(), clear.c_str(), "");
  });
  wipe(clear);
  if (result == MAILIMAP_NO_ERROR) return {};
  if (is_broken(result)) return std::unexpected(failure_of(result, "LOGIN"));
  return failed(SourceTrouble::login_refused, "the server refuses user and password");
}

Tried<void> EtpanSession::open(const ports::MailSource& source) {
  if (source.security == SourceSecurity::tls) {
    const auto encrypted = peer_->start_tls({source.host, source.port, source.ca_file});
    if (!encrypted) return encrypted;
  }
  if (const auto greeted = greet(); !greeted) return greeted;
  if (source.security == SourceSecurity::starttls) {
    if (const auto encrypted = encrypt(source); !encrypted) return encrypted;
  }
  if (const auto asked = ask_capabilities(); !asked) return asked;
  if (const auto signed_in = sign_in(source); !signed_in) return signed_in;
  if (const auto asked = ask_capabilities(); !asked) return asked;
  const std::string folder = folder_on_the_wire(source.folder);
  const int result = command([&] { return ::mailimap_select(imap_, folder.c_str()); });
  if (is_broken(result)) return std::unexpected(failure_of(result, "SELECT"));
  if (result != MAILIMAP_NO_ERROR || imap_->imap_selection_info == nullptr) {
    return failed(SourceTrouble::no_folder, "SELECT was refused");
  }
  return {};
}

std::vector<Listed> listed_in(const clist* found) {
  std::vector<Listed> mails;
  for_each<mailimap_msg_att>(found, [&](const mailimap_msg_att& each) {
    Listed mail;
    for_each<mailimap_msg_att_item>(
        each.att_list, [&](const mailimap_msg_att_item& item) { read_item(item, mail); });
    if (mail.uid != 0) mails.push_back(mail);
  });
  return mails;
}

FetchType attributes(std::initializer_list<mailimap_fetch_att*> wanted) {
  FetchType type{::mailimap_fetch_type_new_fetch_att_list_empty()};
  for (mailimap_fetch_att* each : wanted) {
    ::mailimap_fetch_type_new_fetch_att_list_add(type.get(), each);
  }
  return type;
}

Tried<std::vector<Listed>> EtpanSession::list(std::uint32_t first, std::uint32_t many,
                                              Sizes sizes) {
  if (first > count()) return std::vector<Listed>{};
  const SetPtr set{::mailimap_set_new_interval(first, std::min(count(), first + many - 1))};
  const FetchType wanted =
      sizes == Sizes::asked
          ? attributes({::mailimap_fetch_att_new_uid(), ::mailimap_fetch_att_new_flags(),
                        ::mailimap_fetch_att_new_rfc822_size()})
          : attributes({::mailimap_fetch_att_new_uid(), ::mailimap_fetch_att_new_flags()});
  clist* found = nullptr;
  const int result =
      command([&] { return ::mailimap_fetch(imap_, set.get(), wanted.get(), &found); });
  if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "FETCH"));
  const Fetched fetched{found};
  return listed_in(found);
}

Tried<std::optional<std::uint32_t>> EtpanSession::size(std::uint32_t uid) {
  const SetPtr set = set_of({uid});
  const FetchType wanted =
      attributes({::mailimap_fetch_att_new_uid(), ::mailimap_fetch_att_new_rfc822_size()});
  clist* found = nullptr;
  const int result =
      command([&] { return ::mailimap_uid_fetch(imap_, set.get(), wanted.get(), &found); });
  if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "UID FETCH"));
  const Fetched fetched{found};
  for (const Listed& mail : listed_in(found)) {
    if (mail.uid == uid) return mail.size.value_or(0);
  }
  return std::nullopt;
}

// To the end as the server says it, and beyond while whole pieces come: RFC822.SIZE is wrong on
// some servers, and others give less at once than they are asked for.
Tried<std::optional<std::string>> EtpanSession::fetch(std::uint32_t uid) {
  const SetPtr set = set_of({uid});
  std::string mail;
  bool is_there = false;
  while (mail.size() <= kMailBytesMax) {
    const FetchType wanted =
        attributes({::mailimap_fetch_att_new_rfc822_size(),
                    ::mailimap_fetch_att_new_body_peek_section_partial(
                        ::mailimap_section_new(nullptr), static_cast<std::uint32_t>(mail.size()),
                        kChunkBytes)});
    clist* found = nullptr;
    const int result =
        command([&] { return ::mailimap_uid_fetch(imap_, set.get(), wanted.get(), &found); });
    if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "UID FETCH"));
    const Fetched fetched{found};
    const std::size_t before = mail.size();
    Listed said;
    for_each<mailimap_msg_att>(found, [&](const mailimap_msg_att& each) {
      for_each<mailimap_msg_att_item>(each.att_list, [&](const mailimap_msg_att_item& item) {
        read_item(item, said);
        is_there |= append_section(item, mail);
      });
    });
    const std::size_t came = mail.size() - before;
    if (came == 0 || (came < kChunkBytes && mail.size() >= said.size.value_or(0))) break;
  }
  wipe_received();
  if (!is_there) return std::nullopt;
  return mail;
}

Tried<void> EtpanSession::flag(const std::vector<std::uint32_t>& uids, mailimap_flag* flag) {
  mailimap_flag_list* flags = ::mailimap_flag_list_new_empty();
  ::mailimap_flag_list_add(flags, flag);
  mailimap_store_att_flags* store = ::mailimap_store_att_flags_new_add_flags_silent(flags);
  const SetPtr set = set_of(uids);
  const int result = command([&] { return ::mailimap_uid_store(imap_, set.get(), store); });
  ::mailimap_store_att_flags_free(store);
  return done(result, "UID STORE");
}

// Without UIDPLUS an EXPUNGE takes everything that anybody flagged: only when that is nothing but
// ours.
Tried<bool> EtpanSession::expunge(const std::vector<std::uint32_t>& uids) {
  if (has("UIDPLUS")) {
    const SetPtr set = set_of(uids);
    const int result = command([&] { return ::mailimap_uid_expunge(imap_, set.get()); });
    if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "UID EXPUNGE"));
    return true;
  }
  flagged_.insert(uids.begin(), uids.end());
  mailimap_search_key* key = ::mailimap_search_key_new(
      MAILIMAP_SEARCH_KEY_DELETED, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
      nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr,
      nullptr, nullptr, nullptr, 0, nullptr, nullptr, nullptr);
  clist* found = nullptr;
  const int searched = command([&] { return ::mailimap_uid_search(imap_, nullptr, key, &found); });
  ::mailimap_search_key_free(key);
  if (searched != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(searched, "UID SEARCH"));
  bool only_ours = true;
  for_each<std::uint32_t>(found, [&](const std::uint32_t& uid) {
    if (!flagged_.contains(uid)) only_ours = false;
  });
  ::mailimap_search_result_free(found);
  if (!only_ours) return false;
  flagged_.clear();
  const int result = command([&] { return ::mailimap_expunge(imap_); });
  if (result != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(result, "EXPUNGE"));
  return true;
}

Tried<bool> EtpanSession::remove(const std::vector<std::uint32_t>& uids) {
  if (uids.empty()) return true;
  const auto flagged = flag(uids, ::mailimap_flag_new_deleted());
  if (!flagged) return std::unexpected(flagged.error());
  return expunge(uids);
}

// False when the server refuses it; the session goes on.
Tried<bool> EtpanSession::move_to(std::uint32_t uid, const std::string& folder) {
  const std::string name = folder_on_the_wire(folder);
  // It may be there already; what counts is whether the mail gets there.
  const int made = command([&] { return ::mailimap_create(imap_, name.c_str()); });
  if (is_broken(made)) return std::unexpected(failure_of(made, "CREATE"));
  const SetPtr set = set_of({uid});
  const bool moves = has("MOVE");
  const int result = command([&] {
    return moves ? ::mailimap_uid_move(imap_, set.get(), name.c_str())
                 : ::mailimap_uid_copy(imap_, set.get(), name.c_str());
  });
  if (is_broken(result)) return std::unexpected(failure_of(result, "UID COPY"));
  if (result != MAILIMAP_NO_ERROR) return false;
  if (!moves) {
    if (const auto removed = remove({uid}); !removed) return std::unexpected(removed.error());
  }
  return true;
}

Tried<Aside> EtpanSession::set_aside(std::uint32_t uid) {
  for (const char* folder : kAsideFolders) {
    const auto moved = move_to(uid, folder);
    if (!moved) return std::unexpected(moved.error());
    if (*moved) return Aside::moved;
  }
  const auto marked = flag({uid}, ::mailimap_flag_new_flag_keyword(::strdup(kKeyword)));
  if (marked) return Aside::marked;
  if (peer_->failure().trouble != SourceTrouble::none) return std::unexpected(marked.error());
  return Aside::left;
}

Tried<void> EtpanSession::wait(Wake& wake, seconds at_most) {
  const std::uint32_t known = count();
  const int began = command([&] { return ::mailimap_idle(imap_); });
  if (began != MAILIMAP_NO_ERROR) return std::unexpected(failure_of(began, "IDLE"));
  const bool told = imap_->imap_stream->read_buffer_len != 0 || count() != known;
  if (!told) {
    [[maybe_unused]] const bool something =
        peer_->wait_readable(wake, SteadyClock::now() + at_most);
  }
  return done(command([&] { return ::mailimap_idle_done(imap_); }), "DONE");
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) {
    return (ntohl(address.s_addr) >> 24) == 127;
  }
  return host == "localhost" || host == "::1";
}

}  // namespace

Tried<std::unique_ptr<Session>> open_session(const ports::MailSource& source, Wake& stop,
                                             seconds patience) {
  if (source.security == SourceSecurity::plain && !is_loopback(source.host)) {
    return failed(SourceTrouble::settings, "plain is for this machine only");
  }
  auto peer = Peer::connect({source.host, source.port, source.ca_file}, stop,
                            SteadyClock::now() + patience);
  if (!peer) return std::unexpected(std::move(peer).error());
  auto session = std::make_unique<EtpanSession>(std::move(*peer), patience);
  if (const auto opened = session->open(source); !opened) return std::unexpected(opened.error());
  return session;
}

}  // namespace lethe::imap_in
