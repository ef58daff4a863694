"""Reports: one findings document, shown in the terminal and as a page."""
