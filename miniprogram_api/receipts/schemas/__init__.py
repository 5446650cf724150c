"""What is sent and shown of receipts, invoices and statements, each in its own module."""
