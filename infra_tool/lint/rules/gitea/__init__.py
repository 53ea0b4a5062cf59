"""Rules about workflows of Gitea Actions."""
