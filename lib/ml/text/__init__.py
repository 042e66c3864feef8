"""What is read of a video's text: cleaning, tokens, stems, stop words."""
