"""No time, no matter, no place without somebody in charge 时时有人管、事事有人管、处处有人管. Carries CARD-05."""
