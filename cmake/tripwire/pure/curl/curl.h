#error "This layer is pure: <curl/curl.h> belongs to an adapter (docs/ARCHITECTURE.md)."
