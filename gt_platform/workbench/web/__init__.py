"""The workbench's pages: routes and their roles, what guards them, and what they show."""
