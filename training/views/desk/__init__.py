"""工作台: rounds from plan to closing, a module a topic."""
