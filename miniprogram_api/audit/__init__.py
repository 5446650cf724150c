"""The trail: who changed what, when, by which act, and from which values (design section 8)."""
