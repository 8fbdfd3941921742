"""Label Studio as a labeling backend: a project for each annotator, filled and read over its API."""
