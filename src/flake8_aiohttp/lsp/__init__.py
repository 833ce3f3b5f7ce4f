"""The door for editors that speak the language server protocol, from its bytes to its answers; needs no library."""
