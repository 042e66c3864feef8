"""The only HTTP: sign-in, the Data API's client, validation of its answers, transport."""
