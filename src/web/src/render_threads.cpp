#include "dict.h"
#include "lethe/web/views/threads.h"

namespace lethe::web {

std::string render(const views::PageContext& page, const views::Threads& view) {
  return expand_page("threads.tpl", page, [&](const Dict& dict) {
    dict.text("PAGE_TITLE", dict.words()("Merge or split")).errors(view.errors);
    dict.url("BACK_URL", url_for("/tickets/{id}", {view.id}));
    dict.url("MERGE_URL", url_for("/tickets/{id}/merge", {view.id}));
    dict.url("SPLIT_URL", url_for("/tickets/{id}/split", {view.id}));
    dict.url("REQUESTER_ACTION_URL", url_for("/tickets/{id}/requester", {view.id}));
    dict.text("REQUESTER_EMAIL", view.requester_email).text("REQUESTER_NAME", view.requester_name);
    dict.text("SUBJECT", view.subject).text("NUMBER", std::to_string(view.number));
    for (const views::Threads::Proposal& proposal : view.proposals) {
      const Dict each = dict.each("PROPOSAL").text("PROPOSAL_TEXT", proposal.text);
      each.url("DECIDE_URL", url_for("/tickets/{id}/proposals/{proposal}", {view.id, proposal.id}));
      if (!proposal.other.empty()) {
        each.each("OTHER")
            .url("OTHER_URL", proposal.other)
            .text("OTHER_LABEL", proposal.other_label);
      }
      each.show_if(proposal.can_accept, "CAN_ACCEPT");
    }
    dict.show_if(!view.proposals.empty(), "HAS_PROPOSALS");
    for (const views::Threads::Merged& merged : view.merged) {
      dict.each("MERGED")
          .text("MERGED_LABEL", merged.label)
          .url("UNMERGE_URL", url_for("/tickets/{id}/unmerge", {merged.id}));
    }
    dict.show_if(!view.merged.empty(), "HAS_MERGED");
    for (const views::Threads::Choice& message : view.messages) {
      dict.each("CHOICE")
          .text("CHOICE_ID", message.id)
          .text("CHOICE_AUTHOR", message.author)
          .text("CHOICE_SNIPPET", message.snippet)
          .time("CHOICE_AT", message.at);
    }
    dict.show_if(view.messages.size() > 1, "CAN_SPLIT");
  });
}

}  // namespace lethe::web
