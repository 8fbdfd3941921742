"""What Evidently computes: its methods and descriptors, its own decisions, and a workspace its pages open."""
