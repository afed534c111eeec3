#error "This layer is pure: <unistd.h> belongs to an adapter (docs/ARCHITECTURE.md)."
