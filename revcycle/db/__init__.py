"""The SQL stores, one for each subject: facts in, facts out. The only home of SQLAlchemy."""
