// Believable sample pages for looking at and for the browser checks. Everyone in here is made up.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lethe/web/pages.h"

namespace lethe::web::gallery {

struct Sample {
  std::string name;  // file and path of the page
  std::function<std::string(const PageContext&)> html;
  views::Place place = views::Place::none;
};

[[nodiscard]] std::vector<Sample> entry_samples();
[[nodiscard]] std::vector<Sample> inbox_samples();
[[nodiscard]] std::vector<Sample> ticket_samples();
[[nodiscard]] std::vector<Sample> people_samples();
[[nodiscard]] std::vector<Sample> erasure_samples();
[[nodiscard]] std::vector<Sample> retention_samples();
[[nodiscard]] std::vector<Sample> settings_samples();
[[nodiscard]] std::vector<Sample> second_step_samples();
[[nodiscard]] std::vector<Sample> reply_samples();
[[nodiscard]] std::vector<Sample> audit_samples();
[[nodiscard]] std::vector<Sample> all_samples();

// The frame of a signed-in administrator on 20 November 2026, 14:32 in Berlin.
[[nodiscard]] PageContext sample_context(Language language, views::Place place);

inline constexpr Instant kNow = instant_of(1795181520);
constexpr Instant minutes_ago(int minutes) { return kNow - std::chrono::minutes{minutes}; }
constexpr Instant days_ago(int days) { return kNow - Days{days}; }
constexpr Instant in_days(int days) { return kNow + Days{days}; }

[[nodiscard]] views::PersonRef someone(const char* name, const char* address, std::int64_t seed);
[[nodiscard]] views::AgentRef agent(const char* name);
[[nodiscard]] views::Options agents(std::size_t chosen);
[[nodiscard]] views::Options groups(std::size_t chosen);
[[nodiscard]] views::Options types(std::size_t chosen);
[[nodiscard]] views::RulePreview sample_preview();

}  // namespace lethe::web::gallery
