"""Who gets which assignment, where people answer in another tool: what is neutral of it, for any such backend.

Assignments and honeypots are dealt to annotators on what each of them holds, under references that tell nothing.
"""
