#include "reply_lines.h"

#include <algorithm>
#include <string>

#include "lethe/base/text.h"
#include "mail_text.h"
#include "phrases.h"

namespace lethe::core::reply_lines {
namespace {

using mail_text::comparable;

constexpr std::size_t kIntroLinesMax = 5;
constexpr std::size_t kIntroBytesMax = 400;
constexpr std::size_t kDeviceBytesMax = 160;

// "wrote" in the languages of mail programs; in lower case, apart by "|".
constexpr Phrases kWrote =
    " wrote| writes| pisze| schrieb| a écrit| escribió| ha scritto| scrisse| scrive| "
    "schreef|geschreven| "
    "escreveu| skrev|"
    " napisał| написал| написав| пише| пишет| писал| napsal| napísal| írta| kirjoitti| a scris| "
    "yazdı| şunları yazdı| έγραψε| "
    "napisao| je napisal| написа| rašė| kirjutas| rakstīja| va escriure| skrifaði| ha escrit| כתב| "
    "كتب| đã viết| menulis|"
    "写道|寫道|のメール|さんは書きました|wrote|님이 작성|작성:|เขียนว่า|schreibt| écrit| mandou|/ "
    "schrieb| napisa(";

// Beginnings of "On <date>" in the same languages.
constexpr Phrases kOn =
    "on |at |am |le |el |il |op |em |den |dnia |w dniu |dne |dňa |pe |la |på |a |във |на |в "
    "|on:|ngày |pada |tarihinde|σε|στις|em|"
    "2011|2012|2013|2014|2015|2016|2017|2018|2019|202|203|在|于|於|vào|il giorno|le lun|le mar|el "
    "lun|kl|ons|tor|fre|pon|wt.|śr|czw|pt|sob|niedz";

constexpr Phrases kOriginal =
    "original message|original mail|original-nachricht|ursprüngliche "
    "nachricht|originalnachricht|mensaje original|message d'origine|message original|"
    "messaggio originale|oorspronkelijk bericht|mensagem original|původní zpráva|původní "
    "e-mail|pôvodná správa|wiadomość oryginalna|oryginalna wiadomość|"
    "original melding|opprinnelig melding|oprindelig meddelelse|ursprungligt "
    "meddelande|originalmeddelande|alkuperäinen viesti|исходное сообщение|eredeti üzenet|"
    "mesaj original|orijinal mesaj|オリジナルメッセージ|元のメッセージ|原始邮件|原始郵件|원본 "
    "메시지|αρχικό μήνυμα|forwarded message|forwarded by|begin forwarded|weitergeleitete nachricht|"
    "message transféré|message transmis|mensaje reenviado|messaggio inoltrato|doorgestuurd "
    "bericht|mensagem encaminhada|пересылаемое сообщение|перенаправлен|przekazana wiadomość|"
    "videresendt|vidarebefordrat|edelleenlähetetty|přeposlaná zpráva|továbbított üzenet|anfang der "
    "weitergeleiteten|début du message|inizio messaggio|转发邮件|轉寄郵件|転送されたメッセージ";

constexpr Phrases kOriginalWithoutRule =
    "begin forwarded message:|anfang der weitergeleiteten nachricht:|début du message "
    "réexpédié|début du message transféré|inizio messaggio inoltrato:|"
    "inicio del mensaje reenviado:|begin doorgestuurd bericht:|início da mensagem|vidarebefordrat "
    "meddelande:|videresendt melding:|начало переадресованного сообщения";

// Names of header fields in quoted header blocks.
constexpr std::string_view kFields =
    "from|sent|to|cc|bcc|date|subject|reply-to|reply "
    "to|importance|attachments|x-mailer|message-id|von|gesendet|an|betreff|datum|kopie|antwort "
    "an|cc|de|envoyé|envoyé par|à|date|objet|répondre à|"
    "enviado|enviado el|enviada|enviada em|para|fecha|asunto|cc|responder "
    "a|da|inviato|a|data|oggetto|risposta|rispondi a|van|verzonden|aan|onderwerp|datum|antwoord "
    "aan|assunto|responder para|från|skickat|till|ämne|kopia|fra|sendt|til|emne|dato|"
    "kopi|lähettäjä|lähetetty|vastaanottaja|aihe|od|wysłano|do|temat|dw|odesláno|komu|předmět|"
    "kopie|kopia|od|odoslané|predmet|от|отправлено|дата|кому|тема|копия|від|надіслано|feladó|"
    "elküldve|címzett|tárgy|dátum|"
    "kimden|gönderilen|gönderme tarihi|kime|konu|de "
    "la|trimis|către|subiect|από|στάλθηκε|προς|θέμα|ημερομηνία|发件人|發件人|寄件者|发送时间|"
    "傳送時間|收件人|收件者|主题|主題|主旨|抄送|日期|差出人|送信日時|宛先|件名|보낸 사람|보낸 "
    "날짜|받는 사람|제목|מאת|נשלח|אל|נושא|من|إلى|الموضوع|التاريخ";

constexpr Phrases kDeviceStarts =
    "sent from|sent via|sent with|sent by|sent using|from my iphone|from my ipad|from my "
    "mobile|get outlook for|get [outlook|envoyé de mon|envoyé depuis|envoyé à partir de|envoyé "
    "par|télécharger "
    "outlook|von meinem|gesendet von|gesendet mit|gesendet aus|diese nachricht wurde von meinem|"
    "holen sie sich outlook|outlook für|enviado desde|enviado de mi|enviado con|obtener "
    "outlook|enviado do meu|enviado pelo|enviado via|inviato da|inviato dal|scarica "
    "outlook|verzonden vanaf|verzonden met|verstuurd vanaf|verstuurd met|download outlook|"
    "skickat från|sendt fra|lähetetty|wysłano z|wysłane z|odesláno z|odoslané z|отправлено "
    "с|отправлено из|надіслано з|küldve|iphone'umdan gönderildi|trimis de pe|trimis din|στάλθηκε "
    "από|iphoneから送信|從我的|从我的|发自我的|發自我的|發自|傳送自|나의 iphone|내 "
    "iphone에서|diperkirim dari|dikirim dari|skickad från|"
    "i sent this from|typed on|written on my|message sent from|enviat des|trimis cu|poslano "
    "z|poslato sa|изпратено от|saadetud|nosūtīts no|išsiųsta iš";

constexpr Phrases kDeviceAnywhere =
    " from mobile|mobilgerät gesendet|mobiltelefon mit k-9|iphone 傳送|iphone "
    "发送|galaxy>>|android-mobiltelefon|から送信|에서 보냄|gönderildi";

std::string_view without_frame(std::string_view line) {
  constexpr std::string_view kFrame = "*_<>([ \t\r\n)]\xC2\xA0";
  const std::size_t first = line.find_first_not_of(kFrame);
  if (first == std::string_view::npos) return {};
  const std::size_t last = line.find_last_not_of("*_ \t\r\n");
  return line.substr(first, last - first + 1);
}

bool is_delimiter(std::string_view line) {
  line = trimmed(line);
  if (line == "—" || line == "–" || line == "ᐧ" || line == "― ") return true;
  if (line.size() < 2) return false;
  constexpr std::string_view kRules = "-_=*#~+";
  if (line.find_first_not_of("-_=*#~+ ") != std::string_view::npos) return false;
  return kRules.find(line.front()) != std::string_view::npos && line.size() <= 120;
}

// "> x", "Jo> x", "| x" is left to the caller.
bool is_quote(std::string_view line) {
  line = trimmed(line);
  const std::size_t mark = line.find('>');
  if (mark == std::string_view::npos || mark > 20) return false;
  if (mark == 0) return true;
  return std::ranges::all_of(line.substr(0, mark), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

bool is_header(std::string_view line) {
  const std::string_view bare = without_frame(line);
  std::size_t colon = bare.find(':');
  const std::size_t wide = bare.find("：");
  colon = std::min(colon, wide);
  if (colon == std::string_view::npos || colon == 0 || colon > 40) return false;
  std::string name = comparable(bare.substr(0, colon));
  while (name.ends_with('*') || name.ends_with('_') || name.ends_with(' ') ||
         name.ends_with('\xA0') || name.ends_with('\xC2'))
    name.pop_back();
  for (std::string_view fields = kFields; !fields.empty();) {
    const std::size_t end = std::min(fields.find('|'), fields.size());
    if (fields.substr(0, end) == name) return true;
    fields.remove_prefix(std::min(end + 1, fields.size()));
  }
  return false;
}

bool is_device_signature(std::string_view line) {
  const std::string_view bare = without_frame(line);
  if (bare.empty() || bare.size() > kDeviceBytesMax) return false;
  const std::string words = comparable(bare);
  return kDeviceStarts.is_start_of(words) || kDeviceAnywhere.is_in(words);
}

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "-----Original Message-----", "*-------- ... --------*", "Begin forwarded message:"
bool is_original_rule(std::string_view line) {
  std::string_view bare = trimmed(line);
  while (bare.starts_with('*') || bare.starts_with('_')) bare.remove_prefix(1);
  const std::string words = comparable(bare.substr(0, 200));
  if (kOriginalWithoutRule.is_start_of(words)) return true;
  const bool ruled = bare.starts_with("--") || bare.starts_with("==") || bare.starts_with("__") ||
                     bare.starts_with("——");
  if (!ruled) return false;
  return kOriginal.is_in(words) || (kWrote.is_in(words) && has_digit(words));
}

// "2016-03-03 17:21 GMT+01:00 Some One", "2013/7/20 Jo <jo@x.eu>"
bool is_dated_name(std::string_view words) {
  if (words.size() < 12 || words.size() > 200) return false;
  const bool year = words.starts_with("20") && words[2] >= '0' && words[2] <= '9' &&
                    words[3] >= '0' && words[3] <= '9';
  const bool date = year && (words[4] == '-' || words[4] == '/' || words[4] == '.') &&
                    words[5] >= '0' && words[5] <= '9';
  return date && (words.find(" gmt") != std::string_view::npos ||
                  words.find('@') != std::string_view::npos);
}

// `words`: one to five lines joined, comparable.
bool is_intro(std::string_view words) {
  while (words.starts_with('*') || words.starts_with('_') || words.starts_with('"'))
    words.remove_prefix(1);
  while (words.ends_with('*') || words.ends_with('_') || words.ends_with(' '))
    words.remove_suffix(1);
  const bool colon = words.ends_with(':') || words.ends_with("：") || words.ends_with(">:") ||
                     words.ends_with(": >");
  if (is_dated_name(words) &&
      (colon || words.ends_with('>') || words.find(" gmt") != std::string_view::npos))
    return true;
  if (!colon || !kWrote.is_in(words)) return false;
  const bool address = words.find('@') != std::string_view::npos;
  const bool dated =
      has_digit(words) && (kOn.is_start_of(words) || words.find(':') + 1 < words.size() ||
                           (words[0] >= '0' && words[0] <= '9'));
  return address || dated;
}

// Weaker than is_intro(): counts only right before a quote.
bool speaks_of_writing(std::string_view words) {
  if (!words.ends_with(':') && !words.ends_with("：")) return false;
  return kWrote.is_in(words) || (has_digit(words) && words.find('@') != std::string_view::npos);
}

bool may_begin_intro(std::string_view words) {
  return kOn.is_start_of(words) || has_digit(words.substr(0, 40)) ||
         words.find('@') != std::string_view::npos || words.find('<') != std::string_view::npos ||
         kWrote.is_in(words);
}

class Classifier {
 public:
  explicit Classifier(std::string_view body) : body_(body) { cut_lines(); }

  std::vector<Line> run() {
    bool in_code = false;
    for (std::size_t i = 0; i < lines_.size();) {
      if (text_of(i).starts_with("```")) in_code = !in_code && closes_later(i);
      if (in_code) {
        ++i;
        continue;
      }
      const std::size_t intro = intro_lines(i);
      for (std::size_t k = 0; k < intro; ++k) lines_[i + k].kind = Kind::intro;
      if (intro == 0) lines_[i].kind = kind_of(i);
      i += std::max<std::size_t>(intro, 1);
    }
    return std::move(lines_);
  }

 private:
  void cut_lines() {
    for (std::size_t at = 0; at < body_.size();) {
      const std::size_t end = std::min(body_.find('\n', at), body_.size() - 1) + 1;
      lines_.push_back({at, end, Kind::text});
      at = end;
    }
    for (std::size_t i = lines_.size(); i > 0; --i)
      if (text_of(i - 1).starts_with("```")) {
        last_fence_ = i - 1;
        break;
      }
  }

  std::string_view text_of(std::size_t i) const {
    return trimmed(body_.substr(lines_[i].begin, lines_[i].end - lines_[i].begin));
  }

  // A fence without its end is no code.
  bool closes_later(std::size_t i) const { return last_fence_ > i; }

  Kind kind_of(std::size_t i) const {
    const std::string_view line = text_of(i);
    if (line.empty()) return Kind::empty;
    if (is_quote(line)) return Kind::quote;
    if (line.starts_with('|') && i > 0 && follows_intro(i)) return Kind::quote;
    if (is_delimiter(line)) return Kind::delimiter;
    if (is_header(line)) return Kind::header;
    if (is_device_signature(line)) return Kind::device;
    return Kind::text;
  }

  // "|" marks quotes only in mails that quote so: after an introduction or another such line.
  bool follows_intro(std::size_t i) const {
    while (i > 0 && lines_[i - 1].kind == Kind::empty) --i;
    return i > 0 && (lines_[i - 1].kind == Kind::intro || lines_[i - 1].kind == Kind::quote);
  }

  // How many lines from `i` on are one introduction; 0 when none begins here.
  std::size_t intro_lines(std::size_t i) const {
    const std::string_view first = text_of(i);
    if (first.empty() || first.size() > kIntroBytesMax || first.starts_with('>')) return 0;
    if (is_original_rule(first)) return 1;
    std::string words = comparable(first);
    if (is_intro(words) && !words.ends_with('<')) return 1;
    if (speaks_of_writing(words) && quote_follows(i)) return 1;
    if (!may_begin_intro(words)) return 0;
    std::size_t used = 1;
    for (std::size_t next = i + 1; next < lines_.size() && used < kIntroLinesMax; ++next) {
      const std::string_view line = text_of(next);
      // One blank line may stand before a broken address; a sentence that goes on after it is none.
      if (line.empty() &&
          (used > 1 || next + 1 >= lines_.size() || !text_of(next + 1).starts_with('<')))
        return 0;
      ++used;
      if (line.starts_with("> ") && !line.ends_with(":")) return 0;
      words.append(line.empty() ? "" : " ").append(comparable(line));
      if (words.size() > kIntroBytesMax) return 0;
      if (!line.empty() && is_intro(words) && starts_like_intro(words)) return used;
    }
    return 0;
  }

  bool quote_follows(std::size_t i) const {
    std::size_t next = i + 1;
    while (next < lines_.size() && next < i + 4 && text_of(next).empty()) ++next;
    return next < lines_.size() && text_of(next).starts_with('>');
  }

  // Several lines joined must begin like an introduction, or any two sentences would do.
  static bool starts_like_intro(std::string_view words) {
    const std::string_view start = words.substr(0, 60);
    return kOn.is_start_of(words) || (words[0] >= '0' && words[0] <= '9') ||
           start.find('<') != std::string_view::npos ||
           (has_digit(start) && start.find(',') != std::string_view::npos) || kWrote.is_in(start);
  }

  std::string_view body_;
  std::vector<Line> lines_;
  std::size_t last_fence_ = 0;
};

}  // namespace

std::vector<Line> classify_lines(std::string_view body) { return Classifier(body).run(); }

}  // namespace lethe::core::reply_lines
