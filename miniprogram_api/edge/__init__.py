"""The only shared HTTP code: operations and their guards, errors, sessions, pages, idempotency keys, the contract."""
