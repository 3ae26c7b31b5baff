"""What the course pages show, and the doors of learners and staff, by topic."""
