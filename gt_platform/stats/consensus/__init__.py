"""What several annotators' answers of the same items come to."""
