// The time zones that the settings offer.
#pragma once

#include <array>
#include <string_view>

namespace lethe::web {

// Of the countries whose law this product serves: the EU, the EEA, Switzerland and the United
// Kingdom.
inline constexpr std::array<std::string_view, 35> kZones{"UTC",
                                                         "Europe/Amsterdam",
                                                         "Europe/Athens",
                                                         "Europe/Berlin",
                                                         "Europe/Bratislava",
                                                         "Europe/Brussels",
                                                         "Europe/Bucharest",
                                                         "Europe/Budapest",
                                                         "Europe/Copenhagen",
                                                         "Europe/Dublin",
                                                         "Europe/Helsinki",
                                                         "Europe/Lisbon",
                                                         "Europe/Ljubljana",
                                                         "Europe/London",
                                                         "Europe/Luxembourg",
                                                         "Europe/Madrid",
                                                         "Europe/Malta",
                                                         "Europe/Oslo",
                                                         "Europe/Paris",
                                                         "Europe/Prague",
                                                         "Europe/Riga",
                                                         "Europe/Rome",
                                                         "Europe/Sofia",
                                                         "Europe/Stockholm",
                                                         "Europe/Tallinn",
                                                         "Europe/Vienna",
                                                         "Europe/Vilnius",
                                                         "Europe/Warsaw",
                                                         "Europe/Zagreb",
                                                         "Europe/Zurich",
                                                         "Asia/Nicosia",
                                                         "Atlantic/Azores",
                                                         "Atlantic/Canary",
                                                         "Atlantic/Madeira",
                                                         "Atlantic/Reykjavik"};

}  // namespace lethe::web
