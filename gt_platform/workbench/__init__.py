"""The built-in labeling web app: its store, the rules of work, accounts, and the pages people see."""
