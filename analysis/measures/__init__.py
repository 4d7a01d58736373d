"""What is computed of the cells: one subject a file, cells in, DataFrame out."""
