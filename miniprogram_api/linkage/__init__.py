"""Five parties, one matter 五方联动: who does what until when, and what came of it. Carries CARD-04 and CARD-09."""
