"""What the records say. Pure: plain values in, plain values out."""
