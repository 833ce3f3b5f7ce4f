"""From finding to corrected file; libcst lives here, and is imported only where something is to be fixed."""
