// Events to open pages (server-sent events): who is writing where, that a list has changed.
//
// Thread-safe. Events carry what every subscriber of the topic may see; words are added by the page
// in its own language. A subscriber that does not keep up loses its stream and the browser opens a
// new one.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace lethe::web {

struct Event {
  std::string name;  // "presence"
  std::string data;  // JSON
};
// As on the wire: "event: ...\ndata: ...\n\n", line breaks in data made into further data lines.
[[nodiscard]] std::string to_wire(const Event& event);

class EventHub {
 public:
  static constexpr std::size_t kWaitingMax = 256;

  // One open stream. `wake` is called, on the publisher's thread, when something has arrived.
  class Subscription {
   public:
    // Everything that has arrived since the last call, ready to be sent.
    [[nodiscard]] std::string take();
    // Too much had arrived, or the hub was closed: end the stream.
    [[nodiscard]] bool is_over() const;

   private:
    friend class EventHub;
    mutable std::mutex mutex_;
    std::vector<std::string> topics_;
    std::string waiting_;
    std::size_t count_ = 0;
    bool over_ = false;
    std::function<void()> wake_;
  };

  [[nodiscard]] std::shared_ptr<Subscription> subscribe(std::vector<std::string> topics,
                                                        std::function<void()> wake);
  void publish(std::string_view topic, const Event& event);
  // Ends every stream, at shutdown.
  void close();
  [[nodiscard]] std::size_t subscribers() const;

 private:
  mutable std::mutex mutex_;
  std::list<std::weak_ptr<Subscription>> subscriptions_;
};

}  // namespace lethe::web
