"""What is kept, and how. Every difference between SQLite and PostgreSQL stays inside this room."""
