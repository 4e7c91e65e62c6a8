raise ValueError("while it is imported")
