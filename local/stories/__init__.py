"""The stories of the tour, one module each: `play()` returns how many steps were seen as told."""
