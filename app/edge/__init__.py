"""The HTTP that the REST interface and the pages share: who asks, what is let in, how a refusal is told."""
