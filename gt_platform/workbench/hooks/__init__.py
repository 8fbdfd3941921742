"""What other programs are told, and the telling of it."""
