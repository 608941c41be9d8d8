"""GitHub Discussions, as the GraphQL API shows them."""
