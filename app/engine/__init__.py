"""What is true: questions, their keys, their tolerances and the wrong rules. Pure NumPy; knows no user and no storage."""
