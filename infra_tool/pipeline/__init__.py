"""The way from an app repo to the infra repo: the CD workflow, and the image that it builds."""
