#include "search_tokens.h"

namespace lethe::app {
namespace {

vault::TokenKind token_kind(core::WordKind kind) {
  switch (kind) {
    case core::WordKind::word:
      return vault::TokenKind::word;
    case core::WordKind::prefix:
      return vault::TokenKind::prefix;
    case core::WordKind::email:
      return vault::TokenKind::email;
    case core::WordKind::domain:
      return vault::TokenKind::domain;
  }
  return vault::TokenKind::word;
}

}  // namespace

ports::Token search_token(App& app, const core::SearchWord& word) {
  return app.vault.search_token(token_kind(word.kind), word.text);
}

}  // namespace lethe::app
