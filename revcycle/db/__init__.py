"""SQL: the only home of SQLAlchemy. One store per subject; facts in, facts out."""
