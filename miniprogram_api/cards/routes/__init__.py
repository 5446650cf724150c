"""Cards over HTTP: the page behind the code on the wall, and the parts of the register."""
