"""The door for editors that speak the language server protocol; pygls and lsprotocol stay behind it."""
