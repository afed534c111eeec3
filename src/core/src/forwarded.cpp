#include "lethe/core/forwarded.h"

#include <algorithm>
#include <vector>

#include "lethe/base/text.h"
#include "lethe/core/address.h"
#include "lethe/core/search_words.h"
#include "lethe/core/subject.h"

namespace lethe::core {
namespace {

constexpr std::size_t kLinesMax = 5000;
constexpr std::size_t kLabelBytesMax = 60;
constexpr std::size_t kPrefixBytesMax = 40;
constexpr std::size_t kMarkerBytesMax = 160;
constexpr std::size_t kMarkerReach = 6;  // lines between a marker and its block
constexpr std::size_t kContinuedLinesMax = 4;
constexpr std::string_view kWideColon = "\xEF\xBC\x9A";

// Words of mail programs, apart by "|", as people write them.
constexpr std::string_view kFrom =
    "from|von|absender|de|expéditeur|remitente|da|mittente|van|afzender|från|avsändare|fra|"
    "afsender|lähettäjä|od|от|отправитель|від|відправник|feladó|kimden|gönderen|de la|expeditor|"
    "από|发件人|發件人|寄件者|差出人|送信者|보낸 사람|보낸사람|מאת|من|จาก|từ|dari|người "
    "gửi|saatja|no|nuo|"
    "шаље|šalje|pošiljatelj";
constexpr std::string_view kSubject =
    "subject|betreff|objet|sujet|asunto|oggetto|onderwerp|assunto|ämne|emne|aihe|temat|předmět|"
    "predmet|тема|tárgy|konu|subiect|θέμα|主题|主題|主旨|件名|제목|נושא|الموضوع|หัวเรื่อง|chủ đề|"
    "subjek|tiêu đề|perihal|เรื่อง|относно|zadeva|tēma|teema|tema|assumpte|наслов|téma";
constexpr std::string_view kOther =
    "date|sent|to|cc|reply-to|reply to|importance|attachments|datum|gesendet|an|kopie|cc an|"
    "antwort an|wichtigkeit|anlagen|envoyé|envoyé le|date d'envoi|à|a|pour|copie|copie à|répondre "
    "à|"
    "pièces jointes|fecha|enviado|enviado el|para|responder a|data|inviato|rispondi a|verzonden|"
    "aan|antwoord aan|enviada|enviada em|enviado em|responder para|skickat|till|kopia|svara till|"
    "sendt|til|kopi|dato|svar til|lähetetty|päiväys|vastaanottaja|kopio|wysłano|data|do|dw|"
    "odesláno|komu|kopie|odoslané|дата|отправлено|кому|копия|надіслано|копія|dátum|elküldve|"
    "címzett|másolat|gönderilen|gönderme tarihi|tarih|kime|bilgi|trimis|către|ημερομηνία|στάλθηκε|"
    "προς|κοιν|日期|发送时间|發送時間|傳送時間|收件人|收件者|抄送|副本|日付|日時|送信日時|宛先|"
    "보낸 날짜|날짜|받는 사람|받는사람|참조|תאריך|נשלח|אל|עותק|التاريخ|إلى|نسخة|วันที่|ถึง|ngày|"
    "đến|tanggal|kepada|寄件日期|寄件時間|发送日期|發送日期|gönderildi|gönderilme|تم الإرسال|"
    "تاريخ الإرسال|đã gửi|gửi|ngày gửi|người nhận|tới|dikirim|ke|ส่ง|สำเนา|สำเนาถึง|изпратено|до|"
    "копие|poslano|prima|kopija|za|kp|išsiųsta|kam|nosūtīts|saatmisaeg|saadetud|adressaat|saaja|"
    "koopia|enviat|per a|a/c|послато|прима|коп|wysłane|kópia|másolatot kap|küldve|εστάλη|"
    "відправлено|κοιν.";

// Parts of the line above the block.
constexpr std::string_view kMarkers =
    "forwarded message|forwarded by|forwarded email|forwarded mail|weitergeleitete nachricht|"
    "weitergeleiteten nachricht|weitergeleitete e-mail|weitergeleitete mail|message transféré|"
    "message transmis|message réexpédié|message forwardé|courriel transféré|mensaje reenviado|"
    "mensaje reexpedido|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|"
    "mensagem reencaminhada|vidarebefordrat|vidarebefordrat meddelande|vidarebefordrat brev|"
    "vidarebefordrat mejl|videresendt|videresendt melding|videresendt besked|"
    "videresendt meddelelse|edelleenlähetetty|edelleenlähetetty viesti|välitetty viesti|"
    "переадресованного сообщения|пересылаемого сообщения|"
    "przekazana wiadomość|wiadomość przekazana|przesłana dalej|přeposlaná zpráva|předávaná zpráva|"
    "preposlaná správa|пересылаемое сообщение|пересланное сообщение|переадресованн|"
    "перенаправленное|переслане повідомлення|továbbított üzenet|továbbított levél|iletilen ileti|"
    "iletilmiş ileti|yönlendirilen ileti|mesaj redirecționat|προωθημένο μήνυμα|"
    "προωθημένου μηνύματος|转发邮件|转发的邮件|轉寄郵件|轉寄的郵件|転送されたメッセージ|"
    "転送メッセージ|전달된 메시지|전달된 메일|הודעה שהועברה|رسالة معاد توجيهها|chuyển tiếp|"
    "mail transféré|välitetty viesti alkaa|przekazywanej wiadomości|przekazanej wiadomości|"
    "přeposílané zprávy|preposlanej správy|levél kezdete|üzenet kezdete|iletilmiş ileti başlangıcı|"
    "yönlendirilmiş|iletilen mesaj|переспрямованого повідомлення|المعاد توجيهها|المُعاد توجيهها|"
    "pesan terusan|pesan yang diteruskan|ข้อความที่ส่งต่อ|mesaj transmis|转发的消息|转发的信息|"
    "轉寄訊息|轉寄的訊息|转发邮件信息";

constexpr std::string_view kPrefixes =
    "fw|fwd|fww|wg|weitergeleitet|weiterleitung|tr|trans|trs|rv|reenv|enc|i|vb|vl|vid|"
    "vidarebefordrat|videresendt|pd|doorst|ilt|fs|prosl|továbbítás|tov|пер|пересл|преп|πρθ|转发|"
    "轉寄|轉發|転送|전달|הועבר|إعادة توجيه|terusan|chuyển tiếp";
// A forwarded mail in Danish and Norwegian, an answer in Finnish.
constexpr std::string_view kAmbiguousPrefix = "vs";
constexpr std::string_view kFromInDanish = "fra";

// One of the lists above, folded once.
class Words {
 public:
  explicit Words(std::string_view list) {
    for (const std::string_view word : split(list, '|')) words_.push_back(folded(word));
    std::ranges::sort(words_);
  }
  [[nodiscard]] bool has(const std::string& word) const {
    return std::ranges::binary_search(words_, word);
  }
  [[nodiscard]] bool any_in(const std::string& text) const {
    return std::ranges::any_of(words_, [&](const auto& word) { return text.contains(word); });
  }
  [[nodiscard]] bool ends(std::string_view text) const {
    return std::ranges::any_of(words_, [&](const auto& word) { return text.ends_with(word); });
  }

 private:
  std::vector<std::string> words_;
};

const Words& from_labels() {
  static const Words words{kFrom};
  return words;
}
const Words& subject_labels() {
  static const Words words{kSubject};
  return words;
}
const Words& other_labels() {
  static const Words words{kOther};
  return words;
}
const Words& markers() {
  static const Words words{kMarkers};
  return words;
}
const Words& prefixes() {
  static const Words words{kPrefixes};
  return words;
}

struct Line {
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;  // behind the line end
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size() && lines.size() < kLinesMax;) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back({text.substr(at, end - at), at, end});
    at = end;
  }
  return lines;
}

bool is_quoted(std::string_view line) { return trimmed(line).starts_with('>'); }

// Without "> " in front and the stars of bold text.
std::string_view bare(std::string_view line) {
  const auto start = line.find_first_not_of("> \t\r\n*|");
  return start == std::string_view::npos ? std::string_view{} : trimmed(line.substr(start));
}

// The place of the first colon, plain or full width, and what is behind it.
struct Colon {
  std::size_t at = std::string_view::npos;
  std::size_t behind = 0;
};
Colon colon_in(std::string_view line) {
  const std::size_t plain = line.find(':');
  const std::size_t wide = line.find(kWideColon);
  if (plain < wide) return {plain, plain + 1};
  return {wide, wide + kWideColon.size()};
}

enum class Label : std::uint8_t { none, from, subject, other };
struct Labelled {
  Label label = Label::none;
  std::string word;  // folded
  std::string_view value;
};

Labelled labelled(std::string_view line) {
  line = bare(line);
  const Colon colon = colon_in(line);
  if (colon.at == 0 || colon.at > kLabelBytesMax) return {};
  std::string word = folded(line.substr(0, colon.at));  // no-break spaces become blanks
  while (word.ends_with('*') || word.ends_with(' ')) word.pop_back();
  std::string_view value = line.substr(colon.behind);
  while (value.starts_with('*') || value.starts_with(' ') || value.starts_with('\t')) {
    value.remove_prefix(1);
  }
  value = trimmed(value);
  const Label label = from_labels().has(word)      ? Label::from
                      : subject_labels().has(word) ? Label::subject
                      : other_labels().has(word)   ? Label::other
                                                   : Label::none;
  if (label == Label::none) return {};
  return {label, std::move(word), value};
}

bool is_marker(std::string_view line) {
  line = bare(line);
  if (line.empty() || line.size() > kMarkerBytesMax) return false;
  const std::string words = folded(line);
  if (line.starts_with("--") || line.starts_with("==")) return markers().any_in(words);
  // "Begin forwarded message:", but not a sentence that only speaks of one.
  return words.ends_with(':') && markers().ends(trimmed(words.substr(0, words.size() - 1)));
}

struct Mailbox {
  std::string name, address;
};

// "Ann <ann@x>", "Ann [mailto:ann@x]", "\"Ann\" <ann@x>", "ann@x"; the last address of the line.
std::optional<Mailbox> mailbox_in(std::string_view value) {
  const auto at = value.rfind('@');
  if (at == std::string_view::npos) return std::nullopt;
  constexpr std::string_view kEnds = "<>[]()\"' \t:;,*";
  const auto before = value.find_last_of(kEnds, at);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(value.find_first_of(kEnds, at), value.size());
  const auto address = EmailAddress::parse(value.substr(begin, end - begin));
  if (!address) return std::nullopt;
  std::string_view name = trimmed(value.substr(0, std::min(value.find_first_of("<[("), begin)));
  while (name.starts_with('"') || name.starts_with('\'')) name.remove_prefix(1);
  while (name.ends_with('"') || name.ends_with('\'') || name.ends_with('*')) name.remove_suffix(1);
  if (name.contains('@')) name = {};
  return Mailbox{std::string{trimmed(name)}, address->display()};
}

struct Block {
  std::optional<Mailbox> from;
  std::string from_word;
  std::string subject;
  std::size_t labels = 0;
  std::size_t end = 0;  // first line behind it
};

// The block of labels that begins at a line, in any order, each once.
class BlockReader {
 public:
  BlockReader(const std::vector<Line>& lines, std::size_t at) : lines_(lines), at_(at) {}

  Block run() {
    for (; at_ < lines_.size(); ++at_) {
      const std::string_view line = lines_[at_].text;
      if (bare(line).empty()) {
        if (!may_be_blank()) break;
        continue;
      }
      const Labelled field = labelled(line);
      const bool taken = field.label == Label::none ? take_rest(line) : take(field);
      if (!taken) break;
      block_.end = at_ + 1;
    }
    return std::move(block_);
  }

 private:
  // A text of HTML may have a blank line after each label; then one after each is expected.
  bool may_be_blank() {
    ++blanks_;
    return blanks_ <= (block_.labels < 2 ? 1 : gap_);
  }

  bool take(const Labelled& field) {
    if (std::ranges::find(seen_, field.word) != seen_.end()) return false;
    seen_.push_back(field.word);
    block_.labels += 1;
    if (block_.labels == 2) gap_ = blanks_;
    blanks_ = 0;
    last_ = field.label;
    if (field.label == Label::from && !block_.from) {
      author_ = field.value;
      block_.from = mailbox_in(author_);
      block_.from_word = field.word;
    }
    if (field.label == Label::subject && block_.subject.empty()) block_.subject = field.value;
    return true;
  }

  // A long value goes on in the lines below it.
  bool take_rest(std::string_view line) {
    if (blanks_ > 0) return false;
    const std::string_view rest = bare(line);
    const bool indented = line.starts_with(' ') || line.starts_with('\t');
    if (last_ == Label::from && !block_.from) {
      author_ += " " + std::string{rest};  // the name stood in the line above
      block_.from = mailbox_in(author_);
      return block_.from.has_value();
    }
    if (!indented && !label_follows()) return false;
    if (last_ == Label::subject) block_.subject += " " + std::string{rest};
    return true;
  }

  bool label_follows() const {
    const std::size_t end = std::min(at_ + 1 + kContinuedLinesMax, lines_.size());
    for (std::size_t next = at_ + 1; next < end; ++next) {
      if (bare(lines_[next].text).empty()) return false;
      const Labelled field = labelled(lines_[next].text);
      if (field.label != Label::none) return std::ranges::find(seen_, field.word) == seen_.end();
    }
    return false;
  }

  const std::vector<Line>& lines_;
  std::size_t at_;
  Block block_;
  std::vector<std::string> seen_;
  std::string author_;
  std::size_t blanks_ = 0;  // since the last label
  std::size_t gap_ = 0;     // blank lines between the first two
  Label last_ = Label::none;
};

std::string without_marks(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    std::string_view line = text.substr(0, end);
    if (line.starts_with('>')) line.remove_prefix(line.starts_with("> ") ? 2 : 1);
    out += line;
    text.remove_prefix(end);
  }
  return out;
}

// Underscores or dashes that Outlook draws above its block, with or without words between them.
bool is_rule(std::string_view line) {
  line = bare(line);
  if (line.starts_with("-----")) return true;
  return line.size() >= 5 && line.find_first_not_of('_') == std::string_view::npos;
}

std::size_t comment_end(const std::vector<Line>& lines, std::size_t block) {
  const auto is_above = [](std::string_view line) {
    return bare(line).empty() || is_rule(line) || is_marker(line);
  };
  while (block > 0 && is_above(lines[block - 1].text)) --block;
  return lines[block].begin;
}

ForwardedMail mail_at(std::string_view text, const std::vector<Line>& lines, std::size_t at,
                      const Block& block) {
  ForwardedMail mail{.from_name = block.from->name,
                     .from_address = block.from->address,
                     .subject = block.subject,
                     .comment = std::string{trimmed(text.substr(0, comment_end(lines, at)))},
                     .text = {}};
  std::string_view rest = text.substr(lines[block.end - 1].end);
  std::string original = is_quoted(lines[at].text) ? without_marks(rest) : std::string{rest};
  const auto begin = original.find_first_not_of("\r\n");
  if (begin != std::string::npos) mail.text = original.substr(begin);
  return mail;
}

// Takes "[list]" tags off the front.
std::string_view without_tags(std::string_view subject) {
  subject = trimmed(subject);
  while (subject.starts_with('[')) {
    const auto end = subject.find(']');
    if (end == std::string_view::npos) break;
    subject = trimmed(subject.substr(end + 1));
  }
  return subject;
}

// "Fwd" of "Fwd[2]: x", folded; empty when there is no word before a colon.
std::string first_prefix(std::string_view subject) {
  subject = without_tags(subject);
  const Colon colon = colon_in(subject);
  if (colon.at > kPrefixBytesMax) return {};
  std::string_view word = subject.substr(0, colon.at);
  while (!word.empty() && std::string_view{"0123456789[]()^* "}.contains(word.back())) {
    word.remove_suffix(1);
  }
  return folded(trimmed(word));
}

// Threading knows the prefixes of answers and of forwarded mails; what is not the one is the other.
bool is_answer(const std::string& prefix) {
  if (prefix.empty() || prefix == kAmbiguousPrefix || prefixes().has(prefix)) return false;
  return bare_subject(prefix + ": x") == "x";
}

}  // namespace

bool says_forwarded(std::string_view subject) { return prefixes().has(first_prefix(subject)); }

bool says_answered(std::string_view subject) { return is_answer(first_prefix(subject)); }

std::string_view without_forward_marks(std::string_view subject) {
  while (says_forwarded(subject)) {
    subject = without_tags(subject);
    subject = trimmed(subject.substr(colon_in(subject).behind));
  }
  return subject;
}

std::optional<ForwardedMail> forwarded_mail(std::string_view subject, std::string_view text) {
  const std::string prefix = first_prefix(subject);
  if (is_answer(prefix)) return std::nullopt;
  const bool said = prefixes().has(prefix);
  const bool maybe_said = prefix == kAmbiguousPrefix;
  const std::vector<Line> lines = lines_of(text);
  std::size_t marked_until = 0;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = lines[at].text;
    // A marker inside a quotation belongs to what is quoted, unless all of the mail is forwarded.
    if ((said || !is_quoted(line)) && is_marker(line)) {
      marked_until = at + 1 + kMarkerReach;
      continue;
    }
    const bool marked = at < marked_until;
    if (!said && !maybe_said && !marked) continue;
    if (labelled(line).label == Label::none) continue;
    const Block block = BlockReader{lines, at}.run();
    const bool believed = said || marked || block.from_word == kFromInDanish;
    if (believed && block.from && block.labels >= 2) return mail_at(text, lines, at, block);
    // A block without a sender is read once: the scan stays linear.
    if (block.end > at) at = block.end - 1;
  }
  return std::nullopt;
}

}  // namespace lethe::core
