"""What people send and see of prices. Prices are whole 0.0001 yuan a month and unit, money is whole fen."""
