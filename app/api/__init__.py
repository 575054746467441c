"""The REST interface, version 1: routes and schemas. Thin: each call is one call of a service."""
