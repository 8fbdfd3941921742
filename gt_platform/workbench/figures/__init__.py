"""What the work comes to, in numbers: a project's for its lead, an annotator's own."""
