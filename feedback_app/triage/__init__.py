"""The answers to comments, and the words that keep their promises."""
