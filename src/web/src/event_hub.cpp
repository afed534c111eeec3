#include "lethe/web/event_hub.h"

#include <algorithm>
#include <utility>

#include "lethe/base/text.h"

namespace lethe::web {

std::string to_wire(const Event& event) {
  std::string out = "event: " + event.name + "\n";
  for (const std::string_view line : split(event.data, '\n')) {
    out += "data: ";
    out += line;
    out += '\n';
  }
  return out += '\n';
}

std::string EventHub::Subscription::take() {
  const std::lock_guard lock{mutex_};
  count_ = 0;
  return std::exchange(waiting_, {});
}

bool EventHub::Subscription::is_over() const {
  const std::lock_guard lock{mutex_};
  return over_;
}

std::shared_ptr<EventHub::Subscription> EventHub::subscribe(std::vector<std::string> topics,
                                                            std::function<void()> wake) {
  auto made = std::make_shared<Subscription>();
  made->topics_ = std::move(topics);
  made->wake_ = std::move(wake);
  const std::lock_guard lock{mutex_};
  std::erase_if(subscriptions_, [](const auto& each) { return each.expired(); });
  subscriptions_.push_back(made);
  return made;
}

void EventHub::publish(std::string_view topic, const Event& event) {
  const std::string wire = to_wire(event);
  const std::lock_guard lock{mutex_};
  for (const auto& weak : subscriptions_) {
    const auto each = weak.lock();
    if (!each || std::ranges::find(each->topics_, topic) == each->topics_.end()) continue;
    {
      const std::lock_guard inner{each->mutex_};
      if (++each->count_ > kWaitingMax) each->over_ = true;
      if (!each->over_) each->waiting_ += wire;
    }
    each->wake_();
  }
}

void EventHub::close() {
  const std::lock_guard lock{mutex_};
  for (const auto& weak : subscriptions_) {
    const auto each = weak.lock();
    if (!each) continue;
    {
      const std::lock_guard inner{each->mutex_};
      each->over_ = true;
    }
    each->wake_();
  }
  subscriptions_.clear();
}

std::size_t EventHub::subscribers() const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(
      std::ranges::count_if(subscriptions_, [](const auto& each) { return !each.expired(); }));
}

}  // namespace lethe::web
