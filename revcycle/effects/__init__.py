"""One transaction each: load, ask rules, store, decide, ring. Called by activities and by the api."""
