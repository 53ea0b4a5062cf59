"""S: secrets, their encryption and their keys."""
