"""Who is it, and may they: pure rules that neither HTTP nor the database can bend."""
