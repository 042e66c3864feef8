"""The command line: the same services without a browser, one file a command."""
