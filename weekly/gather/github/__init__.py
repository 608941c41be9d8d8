"""GitHub, asked by GraphQL (with a token) or by REST search (without)."""
