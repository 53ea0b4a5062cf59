"""The rules that there are: a list for each kind, by what a finding can depend on, and one line there for each."""
