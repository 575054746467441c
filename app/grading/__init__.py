"""What an answer deserves. Pure: knows the engine, but no user and no storage."""
