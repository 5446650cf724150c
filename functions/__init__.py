"""Lambda entry points: one module is one function with one `handler(event, context)`, and holds no business rule.

`gateway` alone is no entry point: it is what `api` speaks to API Gateway through.
"""
