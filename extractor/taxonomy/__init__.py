"""The vocabulary of skills: data files, and the code that reads and checks them."""
