#error "This layer is pure: <sys/socket.h> belongs to an adapter (docs/ARCHITECTURE.md)."
