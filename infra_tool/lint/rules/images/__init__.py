"""I: the images that the clusters get."""
