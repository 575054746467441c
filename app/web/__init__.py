"""The pages: routes, one typed context for each template, rendering. Every page works as plain HTML and forms."""
