"""One file for each job of a user. Plain data in, plain data out; who may do it is decided here, how it is stored below."""
