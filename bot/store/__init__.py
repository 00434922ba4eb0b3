"""The only place with queries: one module a noun, each function takes the open transaction."""
