"""One service in one cluster: where it is registered, where its image is named."""
