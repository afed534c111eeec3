#include <doctest/doctest.h>

#include <boost/pfr.hpp>
#include <optional>
#include <regex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "dict.h"
#include "lethe/web/pages.h"
#include "lethe/web/saved_replies_page.h"
#include "lethe/web/second_step_page.h"
#include "template_source.h"

using namespace lethe;
using namespace lethe::web;

namespace {

// How many values each enumeration has, so that every branch of a template is walked.
template <class Enum>
constexpr int kValuesOf = 1;
template <>
constexpr int kValuesOf<views::Status> = 6;
template <>
constexpr int kValuesOf<views::Tone> = 6;
template <>
constexpr int kValuesOf<views::Retention::Kind> = 6;
template <>
constexpr int kValuesOf<views::Message::Kind> = 4;
template <>
constexpr int kValuesOf<views::ErasePreview::What> = 4;
template <>
constexpr int kValuesOf<views::ErasureProgress::State> = 7;
template <>
constexpr int kValuesOf<views::ErasureStep::State> = 3;
template <>
constexpr int kValuesOf<views::AgentRow::State> = 3;
template <>
constexpr int kValuesOf<views::Run::State> = 3;
template <>
constexpr int kValuesOf<views::Composer::Mode> = 2;
template <>
constexpr int kValuesOf<views::SetPassword::Kind> = 2;
template <>
constexpr int kValuesOf<views::SecondStepPage::State> = 4;
template <>
constexpr int kValuesOf<Span::Kind> = 7;
template <>
constexpr int kValuesOf<Block::Kind> = 5;

template <class T>
constexpr bool kIsVector = false;
template <class T>
constexpr bool kIsVector<std::vector<T>> = true;
template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

// Fills every field of a view with one hostile text: strings, parts of links, lists, what may be
// absent.
class Filler {
 public:
  Filler(std::string hostile, bool flag, int turn)
      : hostile_(std::move(hostile)), flag_(flag), turn_(turn) {}

  template <class T>
  void fill(T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
      value = hostile_;
    } else if constexpr (std::is_same_v<T, Url>) {
      value = url_for("/x/{y}", {hostile_});
    } else if constexpr (std::is_same_v<T, bool>) {
      value = flag_;
    } else if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(turn_ % kValuesOf<T>);
    } else if constexpr (std::is_same_v<T, Instant>) {
      value = instant_of(1'795'181'520);
    } else if constexpr (std::is_arithmetic_v<T>) {
      value = static_cast<T>(7);
    } else if constexpr (std::is_same_v<T, SafeHtml>) {
      value = SafeHtml{};
    } else if constexpr (std::is_same_v<T, web_protocol::Fields>) {
      value.add("name", hostile_);
    } else if constexpr (std::is_same_v<T, std::pair<std::string, std::string>>) {
      value = {hostile_, hostile_};
    } else if constexpr (kIsVector<T>) {
      fill(value.emplace_back());
      ++turn_;
      fill(value.emplace_back());
      --turn_;
    } else if constexpr (kIsOptional<T>) {
      if (flag_ || turn_ % 2 == 0) fill(value.emplace());
    } else {
      boost::pfr::for_each_field(value, [this](auto& field) { this->fill(field); });
    }
  }

 private:
  std::string hostile_;
  bool flag_;
  int turn_;
};

const std::vector<std::string> kHostile{
    R"("><script>alert(1)</script><img src=x onerror=alert(2)>)",
    R"('><svg/onload=alert(1)>)",
    "javascript:alert(1)//",
    " jAvAsCrIpT:alert(1)",
    "</title></textarea></script><script>alert(1)</script>",
    "{{FORM_TOKEN}}[[@icon x]]",
    "\" autofocus onfocus=alert(1) x=\"",
};

// Where the attribute value at `at` ends: after its closing quote, or at the next blank or bracket.
std::size_t end_of_value(std::string_view html, std::size_t at) {
  if (at < html.size() && (html[at] == '"' || html[at] == '\'')) {
    const std::size_t close = html.find(html[at], at + 1);
    return close == std::string_view::npos ? html.size() : close + 1;
  }
  return std::min(html.find_first_of(" \t\n>", at), html.size());
}

// Tags and attribute names as a browser sees them, without any text or value: what a page is made
// of.
std::string skeleton_of(std::string_view html) {
  std::string out;
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string_view::npos;) {
    std::size_t end = std::min(html.find_first_of(" \t\n>", at), html.size());
    out += html.substr(at, end - at);
    while (end < html.size() && html[end] != '>') {
      if (std::string_view{" \t\n/"}.contains(html[end])) {
        ++end;
        continue;
      }
      const std::size_t name_end = std::min(html.find_first_of("= \t\n>", end), html.size());
      out += ' ';
      out += html.substr(end, name_end - end);
      end = name_end < html.size() && html[name_end] == '=' ? end_of_value(html, name_end + 1)
                                                            : name_end;
    }
    out += ">\n";
    at = end;
  }
  return out;
}

void check_harmless(const std::string& html) {
  static const std::regex kScriptLink{R"((href|src|action)\s*=\s*["']?\s*javascript:)",
                                      std::regex::icase};
  CHECK_FALSE(html.contains("<script>"));
  CHECK_FALSE(html.contains("secret-token[["));
  CHECK_FALSE(std::regex_search(html, kScriptLink));
}

PageContext context_with(const std::string& hostile, Language language) {
  PageContext page;
  page.text = Text{language, "Europe/Berlin"};
  page.now = instant_of(1'795'181'520);
  page.nonce = "nonce";
  page.form_token = "secret-token";
  Filler{hostile, true, 0}.fill(page.shell);
  return page;
}

template <class View>
std::string rendered(const std::string& text, int turn) {
  View view;
  Filler{text, turn % 2 == 0, turn}.fill(view);
  return render(context_with(text, static_cast<Language>(turn % 3)), view);
}

template <class View>
void check_view() {
  for (int turn = 0; turn < 7; ++turn) {
    const std::string wanted = skeleton_of(rendered<View>("harmless", turn));
    for (const std::string& hostile : kHostile) {
      INFO(hostile, turn);
      const std::string html = rendered<View>(hostile, turn);
      CHECK(skeleton_of(html) == wanted);
      check_harmless(html);
    }
  }
}

}  // namespace

TEST_CASE_TEMPLATE("hostile text in any field of a page stays text", View, views::SignIn,
                   views::SetPassword, views::FirstRun, views::Inbox, views::NewTicket,
                   views::SaveView, views::Ticket, views::Redact, views::ReplyPreview,
                   views::MailFrame, views::People, views::Person, views::EditPerson, views::Search,
                   views::ErasePreview, views::ErasureProgress, views::Erasures,
                   views::Certificates, views::Certificate, views::RetentionRules,
                   views::RuleEditor, views::RulePreview, views::Policy, views::Run, views::Holds,
                   views::NewHold, views::OrganisationSettings, views::AgentSettings,
                   views::ListSettings, views::MailSettings, views::KeyringSettings,
                   views::MySettings, views::SecondStepPage, views::SavedReplies,
                   views::SavedReplyEditor, views::ErrorPage) {
  check_view<View>();
}

TEST_CASE("the skeleton shows what an unescaped value would add, and nothing of a quoted one") {
  CHECK(skeleton_of("<a title=\"x > y onclick=z\" b>t</a>") == "<a title b>\n</a>\n");
  CHECK(skeleton_of("<a title=\"\" onclick=z>") == "<a title onclick>\n");
  CHECK(skeleton_of("<p><img src=x onerror=y></p>") == "<p>\n<img src onerror>\n</p>\n");
}

TEST_CASE("a fragment is the page without its frame") {
  PageContext page = context_with("x", Language::en);
  const views::People view;
  CHECK(render(page, view).starts_with("<!doctype html>"));
  page.fragment = true;
  const std::string fragment = render(page, view);
  CHECK_FALSE(fragment.contains("<html"));
  CHECK(fragment.contains("<h1>People</h1>"));
}

TEST_CASE("each posting form carries the form token and each htmx element the nonce") {
  CHECK(with_form_tokens("<form method=\"post\" action=\"/x\"><b>") ==
        "<form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"form_token\" "
        "value=\"{{FORM_TOKEN}}\"><b>");
  CHECK(with_form_tokens("<form action=\"/search\">") == "<form action=\"/search\">");
  CHECK(with_htmx_nonces("<a hx-get=\"/x\">y</a>") ==
        "<a hx-get=\"/x\" hx-nonce=\"{{NONCE}}\">y</a>");
  CHECK(with_htmx_nonces("<a href=\"/x\">hx-get</a>") == "<a href=\"/x\">hx-get</a>");
  const std::string page = render(context_with("x", Language::en), views::RuleEditor{});
  CHECK(page.contains("value=\"secret-token\""));
  CHECK(page.contains("hx-nonce=\"nonce\""));
}

TEST_CASE("what was written on several lines comes back on several lines, still escaped") {
  CHECK(with_kept_line_ends(
            "<p>{{A}}</p><pre class=\"x\"><b>{{A}}</b>{{#L}}{{B:h}}{{/L}}</pre>{{A}}") ==
        "<p>{{A}}</p><pre class=\"x\"><b>{{A:pre_escape}}</b>{{#L}}{{B:h}}{{/L}}</pre>{{A}}");
  CHECK(with_kept_line_ends("<textarea>{{A}}</textarea>") ==
        "<textarea>\n{{A:pre_escape}}</textarea>");
  CHECK(with_kept_line_ends("<preview>{{A}}</preview>") == "<preview>{{A}}</preview>");
  CHECK(with_kept_line_ends("<pre") == "<pre");
  views::NewTicket view;
  view.text = "\nfirst\n\n</textarea><b>second\r\n";
  const std::string page = render(context_with("x", Language::en), view);
  CHECK(page.contains(">\n\nfirst\n\n&lt;/textarea&gt;&lt;b&gt;second\r\n</textarea>"));
}

TEST_CASE("pages follow the theme and the language they are asked for") {
  PageContext page = context_with("x", Language::de);
  page.theme = views::Theme::dark;
  const std::string german = render(page, views::People{});
  CHECK(german.contains("<html lang=\"de\" data-theme=\"dark\">"));
  CHECK(german.contains("<h1>Personen</h1>"));
  page.text = Text{Language::fr};
  page.theme = views::Theme::system;
  const std::string french = render(page, views::People{});
  CHECK(french.contains("<html lang=\"fr\">"));
  CHECK(french.contains("<h1>Personnes</h1>"));
}

TEST_CASE("a template that misses a part, a macro or a closing bracket is refused") {
  CHECK_FALSE(compose_template("no-such.tpl", Language::en, Frame::fragment));
}

TEST_CASE("initials come from first and last word, colours stay with the person") {
  CHECK(initials_of("Sofia Lindqvist") == "SL");
  CHECK(initials_of("  élodie  de la Tour ") == "ÉT");
  CHECK(initials_of("sofia@mail.example") == "S");
  CHECK(initials_of("") == "?");
  CHECK(initials_of("<script>") == "?");
  CHECK(colour_class_of(0) == "a1");
  CHECK(colour_class_of(5) == "a6");
  CHECK(colour_class_of(-1).size() == 2);
}
