#include "lethe/core/forwarded.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <vector>

#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/core/search_words.h"

namespace lethe::core {
namespace {

constexpr std::size_t kLinesMax = 5000;
constexpr std::size_t kLabelBytesMax = 40;
constexpr std::size_t kMarkerBytesMax = 120;
constexpr int kBlankLinesInside = 1;

enum class Label : std::uint8_t { none, from, subject, other };

// As they are folded: without accents, in lower case. English, German, French, Spanish, Italian,
// Dutch, Portuguese, Swedish, Danish, Norwegian, Finnish, Polish, Czech.
constexpr std::string_view kFrom[] = {"from",
                                      "von",
                                      "de",
                                      "da",
                                      "van",
                                      "fran",
                                      "fra",
                                      "lahettaja",
                                      "od",
                                      "exp\xC3\xA9"
                                      "diteur",
                                      "mittente",
                                      "remitente"};
constexpr std::string_view kSubject[] = {"subject", "betreff",   "objet",   "sujet", "asunto",
                                         "oggetto", "onderwerp", "assunto", "amne",  "emne",
                                         "aihe",    "temat",     "predmet"};
constexpr std::string_view kOther[] = {"date",       "sent",       "to",           "cc",
                                       "reply-to",   "datum",      "gesendet",     "an",
                                       "kopie",      "antwort an", "envoye",       "a",
                                       "copie",      "repondre a", "fecha",        "enviado",
                                       "enviado el", "para",       "data",         "inviato",
                                       "verzonden",  "aan",        "enviada em",   "enviado em",
                                       "skickat",    "till",       "kopia",        "sendt",
                                       "til",        "dato",       "lahetetty",    "vastaanottaja",
                                       "wyslano",    "do",         "dw",           "odeslano",
                                       "komu",       "envoye le",  "date d'envoi", "importance",
                                       "wichtigkeit"};

// Parts of the line above the block, folded.
constexpr std::string_view kMarkers[] = {"forwarded message",
                                         "weitergeleitete nachricht",
                                         "weitergeleitete e-mail",
                                         "anfang der weitergeleiteten",
                                         "message transfere",
                                         "message reexpedie",
                                         "message forwarde",
                                         "mensaje reenviado",
                                         "mensaje reexpedido",
                                         "messaggio inoltrato",
                                         "doorgestuurd bericht",
                                         "mensagem encaminhada",
                                         "mensagem reencaminhada",
                                         "vidarebefordrat",
                                         "videresendt",
                                         "edelleenlahetetty",
                                         "przekazana wiadomosc",
                                         "preposlana zprava",
                                         "pred\xC3\xA1van\xC3\xA1 zpr\xC3\xA1va",
                                         "fwd message"};

constexpr std::string_view kForwardPrefixes[] = {"fw", "fwd",    "wg",    "tr",    "rv",
                                                 "i",  "enc",    "vb",    "vl",    "vs",
                                                 "pd", "doorst", "fwd :", "reenv", "weitergeleitet",
                                                 "trs"};

bool is_among(std::string_view word, std::span<const std::string_view> list) {
  return std::ranges::any_of(list, [&](std::string_view one) { return folded(one) == word; });
}

// Without "> " in front and the stars of bold text.
std::string_view bare(std::string_view line) {
  const auto start = line.find_first_not_of("> \t*|");
  return start == std::string_view::npos ? std::string_view{} : trimmed(line.substr(start));
}

struct Labelled {
  Label label = Label::none;
  std::string_view value;
};

Labelled labelled(std::string_view line) {
  line = bare(line);
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kLabelBytesMax) return {};
  std::string_view name = trimmed(line.substr(0, colon));
  while (name.ends_with('*') || name.ends_with("\xC2\xA0")) {
    name.remove_suffix(name.ends_with('*') ? 1 : 2);
  }
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with('*') || value.starts_with(' ') || value.starts_with('\t')) {
    value.remove_prefix(1);
  }
  const std::string word = folded(trimmed(name));
  if (is_among(word, kFrom)) return {Label::from, trimmed(value)};
  if (is_among(word, kSubject)) return {Label::subject, trimmed(value)};
  if (is_among(word, kOther)) return {Label::other, trimmed(value)};
  return {};
}

bool is_marker(std::string_view line) {
  line = bare(line);
  if (line.empty() || line.size() > kMarkerBytesMax) return false;
  const bool drawn = line.starts_with("--") || line.ends_with(':') || line.ends_with("--");
  if (!drawn) return false;
  const std::string text = folded(line);
  return std::ranges::any_of(
      kMarkers, [&](std::string_view marker) { return text.contains(folded(marker)); });
}

struct Mailbox {
  std::string name, address;
};

// "Ann <ann@x>", "Ann [mailto:ann@x]", "\"Ann\" <ann@x>", "ann@x"; the last address of the line.
std::optional<Mailbox> mailbox_in(std::string_view value) {
  const auto at = value.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kEnds = "<>[]()\"' \t:;,";
  const auto before = value.find_last_of(kEnds, at);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(value.find_first_of(kEnds, at), value.size());
  const auto address = EmailAddress::parse(value.substr(begin, end - begin));
  if (!address) return std::nullopt;
  const std::size_t name_end = std::min(value.find_first_of("<[("), begin);
  std::string_view name = trimmed(value.substr(0, name_end));
  while (name.starts_with('"') || name.starts_with('\'')) name.remove_prefix(1);
  while (name.ends_with('"') || name.ends_with('\'')) name.remove_suffix(1);
  if (name.contains('@')) name = {};
  return Mailbox{std::string{name}, address->display()};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kLinesMax) {
    const auto end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

// The block of labels that begins at a line, in any order.
struct Block {
  std::optional<Mailbox> from;
  std::string subject;
  int labels = 0;
  std::size_t end = 0;  // first line behind it
};

Block block_at(const std::vector<std::string_view>& lines, std::size_t at) {
  Block block;
  int blank = 0;
  bool wrapped = false;  // the address stands on the line below its label
  for (; at < lines.size(); ++at) {
    const Labelled line = labelled(lines[at]);
    if (line.label == Label::none) {
      const std::string_view rest = bare(lines[at]);
      if (rest.empty() && ++blank <= kBlankLinesInside) continue;
      if (!rest.empty() && wrapped && !block.from) {
        block.from = mailbox_in(rest);
        if (block.from) continue;
      }
      break;
    }
    blank = 0;
    block.labels += 1;
    block.end = at + 1;
    wrapped = line.label == Label::from;
    if (line.label == Label::from && !block.from) block.from = mailbox_in(line.value);
    if (line.label == Label::subject) block.subject = line.value;
  }
  return block;
}

// Takes one mark of quotation off each line when all of them that say something have one.
std::string unmarked(const std::vector<std::string_view>& lines, std::size_t from) {
  const bool all = std::all_of(
      lines.begin() + static_cast<std::ptrdiff_t>(from), lines.end(),
      [](std::string_view line) { return trimmed(line).empty() || line.starts_with('>'); });
  std::string text;
  for (std::size_t i = from; i < lines.size(); ++i) {
    std::string_view line = lines[i];
    if (all && line.starts_with('>')) line.remove_prefix(line.starts_with("> ") ? 2 : 1);
    text += line;
  }
  const auto begin = text.find_first_not_of("\r\n");
  return begin == std::string::npos ? std::string{} : text.substr(begin);
}

std::string joined(const std::vector<std::string_view>& lines, std::size_t end) {
  std::string text;
  for (std::size_t i = 0; i < end; ++i) text += lines[i];
  return std::string{trimmed(text)};
}

// Underscores or dashes that Outlook draws above its block.
bool is_rule(std::string_view line) {
  line = bare(line);
  return line.size() >= 5 && line.find_first_not_of("_-") == std::string_view::npos;
}

std::size_t comment_end(const std::vector<std::string_view>& lines, std::size_t block) {
  std::size_t end = block;
  while (end > 0 && (bare(lines[end - 1]).empty() || is_rule(lines[end - 1]) ||
                     is_marker(lines[end - 1]) || bare(lines[end - 1]).starts_with("-----"))) {
    --end;
  }
  return end;
}

}  // namespace

bool says_forwarded(std::string_view subject) {
  subject = trimmed(subject);
  const auto colon = subject.find(':');
  if (colon == std::string_view::npos || colon > kLabelBytesMax) return false;
  return is_among(folded(trimmed(subject.substr(0, colon))), kForwardPrefixes);
}

std::optional<ForwardedMail> forwarded_mail(std::string_view subject, std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  bool said = says_forwarded(subject);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (is_marker(lines[at])) {
      said = true;
      continue;
    }
    if (!said || labelled(lines[at]).label == Label::none) continue;
    const Block block = block_at(lines, at);
    if (block.from && block.labels >= 2) {
      return ForwardedMail{block.from->name, block.from->address, block.subject,
                           joined(lines, comment_end(lines, at)), unmarked(lines, block.end)};
    }
    // A block without a sender is read once: the scan stays linear.
    if (block.end > at) at = block.end - 1;
  }
  return std::nullopt;
}

}  // namespace lethe::core
