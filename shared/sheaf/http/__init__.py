"""HTTP: routes, schemas, the domain-error → problem table, OpenAPI, signed uploads, authentication."""
