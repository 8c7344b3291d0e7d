"""The other side: payers, their connections and policies."""
