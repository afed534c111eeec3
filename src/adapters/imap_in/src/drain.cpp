#include "drain.h"

#include <algorithm>
#include <future>
#include <map>
#include <set>

#include "envelope.h"
#include "lethe/base/scrub.h"

namespace lethe::imap_in {
namespace {

using ports::SourceTrouble;

constexpr std::uint32_t kListedAtOnce = 200;
constexpr std::size_t kRemovedAtOnce = 20;
// One after the other; then the server hands over none, and is left alone for a while.
constexpr std::size_t kWithheldMax = 20;

enum class Fate { taken, gone, refused, too_large, waits, held, withheld, broken, later };

// The errors that ports::MailIntake calls final.
bool is_final(Errc code) {
  return code == Errc::forbidden || code == Errc::not_found || code == Errc::erased ||
         code == Errc::too_large || code == Errc::corrupt || code == Errc::invalid_argument ||
         code == Errc::out_of_range || code == Errc::unsupported;
}

class Reserved {
 public:
  Reserved(const Budget& budget, std::size_t bytes)
      : budget_(budget), bytes_(budget.take(bytes) ? bytes : 0) {}
  ~Reserved() {
    if (bytes_ > 0) budget_.give_back(bytes_);
  }
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;
  explicit operator bool() const { return bytes_ > 0; }

 private:
  const Budget& budget_;
  std::size_t bytes_;
};

class Pass {
 public:
  Pass(Session& session, const DrainTools& tools) : session_(session), tools_(tools) {}

  Tried<void> run() {
    tools_.left.forget_if_renumbered(session_.uid_validity());
    in_turn_ = tools_.left.postponed();
    if (const auto done = take_the_others(); !done || tools_.stopped()) return done;
    if (const auto done = take_the_postponed(); !done || tools_.stopped()) return done;
    tools_.left.keep_waiting(waiting_);
    tools_.left.hold(held_);
    tools_.left.withhold(withheld_);
    tools_.left.forget_breaks();
    return {};
  }

 private:
  Tried<void> take_the_others() {
    std::uint32_t first = 1;
    while (!tools_.stopped()) {
      const auto mails = list(first);
      if (!mails) return std::unexpected(mails.error());
      if (mails->empty()) return {};
      out_ = 0;
      for (const Listed& mail : *mails) {
        if (tools_.stopped()) break;
        if (is_postponed(mail.uid)) {
          postponed_.emplace(mail.uid, mail);
        } else if (const auto done = one(mail); !done) {
          return give_up(done.error());
        }
      }
      if (const auto removed = remove_taken(); !removed) return removed;
      first += static_cast<std::uint32_t>(mails->size()) - out_;
    }
    return {};
  }

  Tried<std::vector<Listed>> list(std::uint32_t first) {
    const auto ask = [&] {
      const Sizes sizes = tools_.left.list_breaks() ? Sizes::left_out : Sizes::asked;
      return session_.list(first, kListedAtOnce, sizes);
    };
    auto mails = ask();
    if (mails || tools_.left.list_breaks()) return mails;
    tools_.left.note_list_break();
    return mails.error().session_lives ? ask() : mails;
  }

  bool is_postponed(std::uint32_t uid) const {
    return std::ranges::find(in_turn_, uid) != in_turn_.end();
  }

  bool is_too_early() const {
    const auto tried = tools_.left.postponed_tried();
    return tried && std::chrono::steady_clock::now() - *tried < tools_.postponed_pause;
  }

  Tried<void> take_the_postponed() {
    if (is_too_early()) {
      withheld_ += postponed_.size();
      return {};
    }
    if (!in_turn_.empty()) tools_.left.note_postponed_tried(std::chrono::steady_clock::now());
    for (const std::uint32_t uid : in_turn_) {
      if (tools_.stopped()) return {};
      // This one may end the session: what is safe leaves the folder before.
      if (const auto removed = remove_taken(); !removed) return removed;
      tools_.left.take_up(uid);
      const auto mail = postponed_.find(uid);
      if (mail == postponed_.end()) continue;
      if (const auto done = one(mail->second); !done) {
        tools_.left.postpone(uid);
        return give_up(done.error());
      }
    }
    return remove_taken();
  }

  Tried<void> one(const Listed& mail) {
    if (tools_.left.contains(mail.uid) || (mail.set_aside && !tools_.marked_too)) return {};
    // One that waits tries the scanner for all of them, so that a slow one costs little.
    if (!waiting_.empty() && tools_.left.waits_since(mail.uid)) {
      waiting_.insert(mail.uid);
      return {};
    }
    const auto fate = fetch_and_take(mail);
    if (!fate || *fate == Fate::broken) tools_.left.note_break(mail.uid);
    if (!fate) return std::unexpected(fate.error());
    if (*fate != Fate::withheld) withheld_in_a_row_ = 0;
    switch (*fate) {
      case Fate::taken:
        taken_.push_back(mail.uid);
        return taken_.size() < kRemovedAtOnce ? Tried<void>{} : remove_taken();
      case Fate::refused:
        return set_aside(mail.uid);
      case Fate::too_large:
        tools_.left.add(mail.uid);
        tools_.tell({.too_large = 1});
        return {};
      case Fate::waits:
        tools_.left.let_wait(mail.uid, std::chrono::steady_clock::now());
        waiting_.insert(mail.uid);
        return {};
      case Fate::held:
        ++held_;
        return {};
      case Fate::withheld:
        return pass_by(mail.uid);
      case Fate::gone:
        return {};
      case Fate::broken:
      case Fate::later:
        break;
    }
    return failed(SourceTrouble::busy, "the mail waits at the source");
  }

  // Memory for the largest mail there may be when the server's figure cannot be believed.
  Tried<Fate> fetch_and_take(const Listed& mail) {
    const auto size =
        mail.size ? Tried<std::optional<std::uint32_t>>{mail.size} : session_.size(mail.uid);
    if (!size && size.error().session_lives) return Fate::withheld;
    if (!size) return std::unexpected(size.error());
    if (!*size) return Fate::gone;
    if (**size > kMailBytesMax) return Fate::too_large;
    const Reserved reserved{tools_.budget, std::size_t{**size} + (std::size_t{1} << 20)};
    if (!reserved) return Fate::later;
    auto content = session_.fetch(mail.uid);
    if (!content && content.error().session_lives) return Fate::withheld;
    if (!content) return std::unexpected(content.error());
    if (!*content) return Fate::gone;
    if ((*content)->size() > kMailBytesMax) return Fate::too_large;
    return take(std::move(**content), can_wait(mail.uid));
  }

  bool can_wait(std::uint32_t uid) const {
    const auto since = tools_.left.waits_since(uid);
    return !since || std::chrono::steady_clock::now() - *since < tools_.scanner_patience;
  }

  Fate take(std::string content, bool can_wait) {
    ports::Delivery delivery{.envelope = {}, .content = {}, .can_wait = can_wait};
    delivery.envelope = envelope_of(
        content, tools_.source, [&](const ports::Envelope& so_far, std::string_view to) {
          const auto verdict = tools_.intake.check_recipient(so_far, to);
          return verdict && *verdict == ports::RcptVerdict::accepted;
        });
    const auto verdict = tools_.intake.check_recipient(delivery.envelope, tools_.source.address);
    if (!verdict || *verdict == ports::RcptVerdict::busy) return Fate::later;
    delivery.content = std::move(content);
    // Shared, for the intake may answer after our patience ended.
    auto answered = std::make_shared<std::promise<Status>>();
    auto answer = answered->get_future();
    tools_.intake.take_in(std::move(delivery),
                          [answered](Status status) { answered->set_value(std::move(status)); });
    scrub_stack();
    if (answer.wait_for(tools_.intake_patience) != std::future_status::ready) return Fate::later;
    const Status status = answer.get();
    if (status) return Fate::taken;
    if (status.error().field == ports::kScannerAway) return Fate::waits;
    if (status.error().field == ports::kPersonBeingErased) return Fate::held;
    if (status.error().code == Errc::internal) return Fate::broken;  // over this mail, perhaps
    return is_final(status.error().code) ? Fate::refused : Fate::later;
  }

  Tried<void> set_aside(std::uint32_t uid) {
    const auto aside = session_.set_aside(uid);
    if (!aside) return std::unexpected(aside.error());
    tools_.left.add(uid);
    if (*aside == Aside::moved) ++out_;
    tools_.tell({.refused = 1});
    return {};
  }

  Tried<void> pass_by(std::uint32_t uid) {
    ++withheld_;
    tools_.left.postpone(uid);
    if (++withheld_in_a_row_ < kWithheldMax) return {};
    return std::unexpected(Failure{.trouble = SourceTrouble::garbled,
                                   .detail = "the server refuses to hand over mails",
                                   .session_lives = true});
  }

  // Those that have to stay are safe here, and not fetched again.
  Tried<void> remove_taken() {
    if (taken_.empty()) return {};
    const auto removed = session_.remove(taken_);
    if (!removed) return std::unexpected(removed.error());
    if (*removed) out_ += static_cast<std::uint32_t>(taken_.size());
    for (const std::uint32_t uid : taken_) {
      if (!*removed) tools_.left.add(uid);
    }
    tools_.tell({.taken = taken_.size()});
    taken_.clear();
    return {};
  }

  // What is safe leaves the folder even when the next mail has to wait.
  Tried<void> give_up(const Failure& why) {
    if (why.trouble == SourceTrouble::busy || why.session_lives) {
      if (const auto removed = remove_taken(); !removed) return removed;
    }
    return std::unexpected(why);
  }

  Session& session_;
  const DrainTools& tools_;
  std::vector<std::uint32_t> taken_;  // durable here, still there
  std::uint32_t out_ = 0;             // of the listed ones: no longer in the folder
  std::set<std::uint32_t> waiting_;   // for the scanner, in this pass
  std::size_t held_ = 0;              // until somebody is erased, in this pass
  std::size_t withheld_ = 0;          // by the server, in this pass
  std::size_t withheld_in_a_row_ = 0;
  std::vector<std::uint32_t> in_turn_;         // postponed by earlier passes
  std::map<std::uint32_t, Listed> postponed_;  // those of them that are there still
};

}  // namespace

void LeftBehind::forget_if_renumbered(std::uint32_t uid_validity) {
  if (uid_validity != uid_validity_) {
    uids_.clear();
    waiting_.clear();
    breaks_.clear();
    late_.clear();
  }
  uid_validity_ = uid_validity;
}

std::optional<LeftBehind::Moment> LeftBehind::waits_since(std::uint32_t uid) const {
  const auto it = waiting_.find(uid);
  return it == waiting_.end() ? std::nullopt : std::optional{it->second};
}

void LeftBehind::keep_waiting(const std::set<std::uint32_t>& uids) {
  std::erase_if(waiting_, [&](const auto& each) { return !uids.contains(each.first); });
}

void LeftBehind::note_break(std::uint32_t uid) {
  constexpr int kBreaksMax = 2;
  if (++breaks_.try_emplace(uid, 0).first->second >= kBreaksMax) postpone(uid);
}

void LeftBehind::postpone(std::uint32_t uid) {
  std::erase(late_, uid);
  late_.push_back(uid);
}

// What cannot be moved stays where it is and is passed by.
Tried<void> bring_back(Session& aside, const std::string& folder) {
  const auto mails = aside.list(1, kBroughtBackMax, Sizes::left_out);
  if (!mails) return std::unexpected(mails.error());
  for (const Listed& mail : *mails) {
    if (const auto moved = aside.move_to(mail.uid, folder); !moved) {
      return std::unexpected(moved.error());
    }
  }
  return {};
}

Tried<void> drain(Session& session, const DrainTools& tools) { return Pass{session, tools}.run(); }

}  // namespace lethe::imap_in
