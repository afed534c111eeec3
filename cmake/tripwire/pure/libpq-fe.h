#error "This layer is pure: <libpq-fe.h> belongs to an adapter (docs/ARCHITECTURE.md)."
