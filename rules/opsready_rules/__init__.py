"""The built-in rules: one folder a pillar, a rule is a module and the page beside it."""
