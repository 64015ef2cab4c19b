"""What the documents quote is what the program says."""
