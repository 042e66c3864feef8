"""What the screens are made of; the only part that imports Streamlit. A folder for each page."""
