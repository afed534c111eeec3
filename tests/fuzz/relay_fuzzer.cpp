// Any mail and any answer: a target's conversation ends with one of the five
// outcomes, and its words for operators repeat nothing of either.
#include <cstdint>
#include <string>

#include "lethe/base/assert.h"
#include "lethe/relay_protocol/targets.h"

using namespace lethe;
using namespace lethe::relay_protocol;

namespace {

constexpr int kStatuses[] = {0, 200, 201, 204, 301, 400, 404, 405, 413, 429, 500, 999};
constexpr int kExchangesMax = 100;

TargetSettings settings(TargetKind kind) {
  return {.kind = kind,
          .url = "https://desk.example",
          .secret = Secret{std::string_view{"key"}},
          .reply_key = Secret{std::string_view{"reply"}},
          .project = "DESK",
          .issue_type = "Task"};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view input{reinterpret_cast<const char*>(data) + 2, size - 2};
  const auto kind = static_cast<TargetKind>(data[0] % 4);
  const ports::Envelope envelope{.sender = std::string{input.substr(0, 60)},
                                 .recipients = {std::string{input.substr(0, 90)}}};
  int exchanges = 0;
  const auto answer = deliver(
      settings(kind),
      {.envelope = envelope,
       .recipient = envelope.recipients.front(),
       .content = input,
       .key = "00112233445566778899aabbccddeeff",
       .tried_before = data[0] & 16 ? std::optional{instant_of(1'700'000'000)} : std::nullopt,
       .now = instant_of(1'770'000'000)},
      [&](const HttpRequest& request) {
        LETHE_ASSERT(++exchanges < kExchangesMax);
        for (const Plaintext& header : request.headers) {
          LETHE_ASSERT(header.reveal().find_first_of("\r\n") == std::string_view::npos);
        }
        HttpAnswer reply;
        reply.status = kStatuses[(data[1] + exchanges) % std::size(kStatuses)];
        reply.reached =
            reply.status == 0 ? HttpAnswer::Reached::perhaps : HttpAnswer::Reached::answered;
        reply.body = Plaintext{input};
        return reply;
      });
  LETHE_ASSERT(answer.why.size() < 100);
  return 0;
}
