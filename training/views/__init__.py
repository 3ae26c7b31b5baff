"""Public list, the door, and the 工作台 of rounds."""
