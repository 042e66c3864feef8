"""The only HTTP to YouTube and Google: sign-in, the Data API's client, validation of its answers, transport."""
