"""Who a person is, which rooms and posts they hold, and for how long. Carries IDR-01 to 05, 07, 08, 12 and 20."""
