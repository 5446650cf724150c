"""DynamoDB and S3: one table of typed items, transactions that say which part refused, pages, objects, sealing."""
