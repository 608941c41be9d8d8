"""Hold the GraphQL documents about discussions."""

from __future__ import annotations

_POST = """fragment post on Discussion {
  id number title body url createdAt lastEditedAt closed viewerDidAuthor authorAssociation
  author { __typename login } comments { totalCount }
}"""
REPOSITORY = """query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { id hasDiscussionsEnabled discussionCategories(first: 100) { nodes { id name slug } } }
}"""
ONE = f"""query($owner: String!, $name: String!, $number: Int!, $edits: Int!) {{
  repository(owner: $owner, name: $name) {{
    discussion(number: $number) {{ ...post userContentEdits(first: $edits) {{ nodes {{ editedAt diff }} }} }}
  }}
}}
{_POST}"""
NEWEST = f"""query($owner: String!, $name: String!, $first: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{
    hasDiscussionsEnabled
    discussions(first: $first, after: $after, orderBy: {{field: CREATED_AT, direction: DESC}}) {{
      nodes {{ ...post }} pageInfo {{ hasNextPage endCursor }}
    }}
  }}
}}
{_POST}"""
CREATE = f"""mutation($input: CreateDiscussionInput!) {{ createDiscussion(input: $input) {{ discussion {{ ...post }} }} }}
{_POST}"""
UPDATE = "mutation($input: UpdateDiscussionInput!) { updateDiscussion(input: $input) { discussion { id } } }"
DELETE = "mutation($input: DeleteDiscussionInput!) { deleteDiscussion(input: $input) { discussion { id } } }"
DOCUMENTS = (REPOSITORY, ONE, NEWEST, CREATE, UPDATE, DELETE)
"""Everything that is asked."""
