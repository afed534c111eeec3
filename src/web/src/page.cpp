// Expanding templates: read once for each language and frame, then kept by the engine.

#include <mutex>
#include <set>

#include "dict.h"
#include "engine.h"
#include "lethe/base/assert.h"
#include "template_source.h"

namespace lethe::web {
namespace {

std::string key_of(std::string_view name, Language language, Frame frame) {
  return std::string{name} + "/" + std::string{code_of(language)} +
         (frame == Frame::fragment ? "/fragment" : "/page");
}

// Makes the engine know the template; cheap from the second time on.
std::string prepared(std::string_view name, Language language, Frame frame) {
  static std::mutex mutex;
  static std::set<std::string> known;
  std::string key = key_of(name, language, frame);
  const std::lock_guard lock{mutex};
  if (known.contains(key)) return key;
  const auto source = compose_template(name, language, frame);
  LETHE_ASSERT(source.has_value());
  LETHE_ASSERT(ctemplate::StringToTemplateCache(key, *source, ctemplate::DO_NOT_STRIP));
  known.insert(key);
  return key;
}

void fill_notices(const Dict& dict, const views::Shell& shell) {
  for (const views::Notice& notice : shell.notices) {
    const Dict each = dict.each("NOTICE");
    each.tone(notice.tone).text("NOTICE_TEXT", notice.text);
    each.text("NOTICE_ACTION", notice.action.label).url("NOTICE_URL", notice.action.url);
    each.choose(notice.permanent, "IS_PERMANENT", "IS_STATUS");
  }
}

void fill_shell(const Dict& dict, const views::Shell& shell) {
  dict.text("ORGANISATION", shell.organisation).text("MY_ROLE", shell.role);
  dict.agent("ME", shell.agent)
      .digits("ME_ID", shell.agent.seed)
      .show_if(shell.is_admin, "IS_ADMIN");
  dict.show_if(shell.is_officer, "IS_OFFICER");
  dict.show_if(shell.open_tickets > 0, "HAS_OPEN_TICKETS")
      .number("OPEN_TICKETS", shell.open_tickets);
  static constexpr std::array<std::string_view, 10> kPlaces{
      "AT_NONE",         "AT_INBOX", "AT_PEOPLE",   "AT_RETENTION", "AT_ERASURES",
      "AT_CERTIFICATES", "AT_HOLDS", "AT_SETTINGS", "AT_SEARCH",    "AT_AUDIT"};
  dict.show(kPlaces[static_cast<std::size_t>(shell.place)]);
  if (!shell.saved_views.empty()) dict.show("HAS_SAVED_VIEWS");
  for (const views::SavedView& view : shell.saved_views) {
    dict.each("SAVED_VIEW")
        .text("VIEW_NAME", view.name)
        .url("VIEW_URL", view.url)
        .text("VIEW_COUNT",
              view.count ? dict.words().number(*view.count) + (view.has_more ? "+" : "") : "")
        .show_if(view.current, "IS_CURRENT");
  }
  fill_notices(dict, shell);
}

void fill_frame(const Dict& dict, const views::PageContext& page) {
  dict.text("NONCE", page.nonce).text("FORM_TOKEN", page.form_token);
  dict.text("LANG", code_of(page.text.language()));
  dict.choose(page.theme == views::Theme::dark, "THEME_IS_DARK", "THEME_IS_NOT_DARK");
  dict.show_if(page.theme == views::Theme::light, "THEME_IS_LIGHT");
  fill_shell(dict, page.shell);
}

}  // namespace

Page::Page(std::string_view template_name, const views::PageContext& page)
    : name_(template_name),
      page_(page),
      inner_(std::make_unique<ctemplate::TemplateDictionary>(name_)),
      dict_(inner_.get(), page) {
  fill_frame(dict_, page);
}
Page::~Page() = default;

std::string Page::html() const {
  const Frame frame = page_.fragment ? Frame::fragment : Frame::whole_page;
  const std::string key = prepared(name_, page_.text.language(), frame);
  std::string out;
  LETHE_ASSERT(ctemplate::ExpandTemplate(key, ctemplate::DO_NOT_STRIP, inner_.get(), &out));
  return out;
}

}  // namespace lethe::web
