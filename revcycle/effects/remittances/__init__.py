"""Effects of remittances and deposits: matching, posting, reassociation."""
