"""The tutor: exercises computed from any function, and why an answer to one is wrong. It knows no web."""
