#error "This layer is pure: <sqlite3.h> belongs to an adapter (docs/ARCHITECTURE.md)."
