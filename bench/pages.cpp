// Claims about the program that serves pages, measured from outside over one kept connection:
//
//   inbox and search pages with 1,000,000 tickets, also a list of 20,000 open ones: p50 <= 5 ms,
//   p99 <= 20 ms (time to the last byte on loopback, so a little more than server time);
//   pages HTML <= 15 kB, style sheets <= 10 kB, scripts <= 24 kB (brotli);
//   with 100,000 tickets: resident memory idle <= 64 MiB, start to ready <= 300 ms.
//
// LETHE_BENCH_TICKETS, LETHE_BENCH_REQUESTS.
#include <algorithm>
#include <set>

#include "lethe/app/sign_in.h"
#include "support/http_client.h"
#include "support/installation.h"
#include "support/report.h"
#include "world/bench_world.h"

namespace {

using namespace lethe;
using namespace lethe::bench;

constexpr double kMiB = 1024.0 * 1024.0;

std::string sign_in(const WorldPlan& plan) {
  const auto world = open_world(plan);
  app::App& app = world->app();
  const auto agent = must(app::agent_at(app, must(core::EmailAddress::parse(kAgent))));
  return "lethe_session=" + must(app::start_session(app, agent)).token;
}

HttpAnswer get_page(HttpClient& client, const std::string& target) {
  HttpAnswer answer = client.get(target);
  if (answer.status != 200) give_up(target + " answered " + std::to_string(answer.status));
  return answer;
}

void time_page(Report& report, HttpClient& client, const std::string& what,
               const std::vector<std::string>& targets, std::int64_t requests) {
  std::vector<double> times;
  for (std::int64_t n = 0; n < requests; ++n) {
    times.push_back(
        get_page(client, targets[static_cast<std::size_t>(n) % targets.size()]).milliseconds);
  }
  report.at_most(what + ", p50", percentile(times, 50), 5, "ms");
  report.at_most(what + ", p99", percentile(times, 99), 20, "ms");
}

double compressed_kb(const std::string& bytes) {
  const auto made = run({"brotli", "-c", "-q", "5"}, bytes);
  if (made.code != 0) give_up("the program brotli does not run");
  return static_cast<double>(made.out.size()) / 1000;
}

// What `attribute="..."` names in the page, by the end of the path.
std::set<std::string> links(const std::string& html, const std::string& attribute,
                            const std::string& end) {
  std::set<std::string> found;
  const std::string before = attribute + "=\"";
  for (std::size_t at = html.find(before); at != std::string::npos; at = html.find(before, at)) {
    at += before.size();
    const std::string target = html.substr(at, html.find('"', at) - at);
    if (target.substr(0, target.find('?')).ends_with(end)) found.insert(target);
  }
  return found;
}

double assets_kb(HttpClient& client, const std::set<std::string>& targets) {
  double sum = 0;
  for (const std::string& target : targets) {
    const HttpAnswer answer = client.get(target, "br");
    const bool coded = answer.head.find("content-encoding: br") != std::string::npos;
    sum += coded ? static_cast<double>(answer.body.size()) / 1000 : compressed_kb(answer.body);
  }
  return sum;
}

void weigh_pages(Report& report, HttpClient& client) {
  double html = 0, css = 0, scripts = 0;
  for (const char* target : {"/inbox", "/search?q=w1", "/people", "/retention", "/holds"}) {
    const std::string page = get_page(client, target).body;
    html = std::max(html, compressed_kb(page));
    css = std::max(css, assets_kb(client, links(page, "href", ".css")));
    scripts = std::max(scripts, assets_kb(client, links(page, "src", ".js")));
  }
  report.at_most("heaviest page, HTML, brotli", html, 15, "kB");
  report.at_most("heaviest page, style sheets, brotli", css, 10, "kB");
  report.at_most("heaviest page, scripts, brotli", scripts, 24, "kB");
}

WorldPlan plan_of(std::int64_t tickets) {
  return {.name = "pages",
          .tickets = tickets,
          .persons = tickets / 4,
          .open = std::min<std::int64_t>(20'000, tickets / 2)};
}

void measure_idle(Report& report) {
  const WorldPlan plan = plan_of(size_of_run("LETHE_BENCH_IDLE_TICKETS", 100'000, 2'000));
  const std::string cookie = sign_in(plan);
  Server server{directory_of(plan)};
  report.at_most("100,000 tickets, start to ready", server.process().milliseconds_to_ready(), 300,
                 "ms");
  HttpClient client{server.http(), cookie};
  std::ignore = get_page(client, "/inbox");
  report.at_most("100,000 tickets, resident after a page",
                 static_cast<double>(server.process().resident()) / kMiB, 64, "MiB");
}

}  // namespace

int main() {
  Report report;
  const WorldPlan plan = plan_of(size_of_run("LETHE_BENCH_TICKETS", 1'000'000, 5'000));
  const std::int64_t requests = size_of_run("LETHE_BENCH_REQUESTS", 1'000, 50);
  const std::string cookie = sign_in(plan);
  {
    Server server{directory_of(plan)};
    HttpClient client{server.http(), cookie};
    time_page(report, client, "inbox, open", {"/inbox"}, requests);
    time_page(report, client, "inbox, closed, all", {"/inbox?status=closed", "/inbox?status=all"},
              requests);
    time_page(report, client, "search, common and rare words",
              {"/search?q=w7", "/search?q=w31+w88", "/search?q=w40123"}, requests);
    weigh_pages(report, client);
  }
  measure_idle(report);
  return report.exit_code();
}
