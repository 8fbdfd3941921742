"""Between the platform and the store: assignments in, annotations and rulings out."""
