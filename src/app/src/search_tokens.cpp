#include "search_tokens.h"

namespace lethe::app {
namespace {

vault::TokenKind token_kind(WordOf holder, core::WordKind kind) {
  using enum vault::TokenKind;
  const bool of_person = holder == WordOf::person;
  switch (kind) {
    case core::WordKind::word:
      return of_person ? person_word : word;
    case core::WordKind::prefix:
      return of_person ? person_prefix : prefix;
    case core::WordKind::email:
      return of_person ? person_email : email;
    case core::WordKind::domain:
      return of_person ? person_domain : domain;
  }
  return word;
}

}  // namespace

ports::Token search_token(App& app, WordOf holder, const core::SearchWord& word) {
  return app.vault.search_token(token_kind(holder, word.kind), word.text);
}

}  // namespace lethe::app
