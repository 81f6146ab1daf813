"""Mail: written with the act, sent later."""
