"""Which pictures may be shown."""

EMBEDDED = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;")


def is_picture(value: object, origins: tuple[str, ...] = ()) -> bool:
    """Whether a text is the address of a picture that may be shown: the picture itself, or one of these origins."""
    return isinstance(value, str) and value.startswith((*EMBEDDED, *(f"{origin}/" for origin in origins)))
