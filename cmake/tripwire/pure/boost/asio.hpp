#error "This layer is pure: <boost/asio.hpp> belongs to an adapter (docs/ARCHITECTURE.md)."
