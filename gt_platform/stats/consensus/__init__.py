"""What several raters' answers of the same items come to."""
