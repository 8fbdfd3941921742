"""Who may sign in, how often they may try, and who is signed in."""
