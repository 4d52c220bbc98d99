"""A frontier that several machines take from, in a schema of a PostgreSQL database.

`dialect` says the frontier's SQL in PostgreSQL's words, `tables` makes the schema, `server` is the connection that
waits while the server is away, `ledger` what the frontier asks of it. psycopg is needed here only, and imported late.
"""
