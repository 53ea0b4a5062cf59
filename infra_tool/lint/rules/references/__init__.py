"""Rules about objects that refer to each other."""
