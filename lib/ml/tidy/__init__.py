"""What could be tidied: duplicates, playlists to merge or split, topics assigned to playlists."""
