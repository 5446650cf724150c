"""Words every room uses, in plain Python over plain values: no clock, network, database or web framework."""
