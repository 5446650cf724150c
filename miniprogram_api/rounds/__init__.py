"""The rounds of the mobile team 流动物业: who comes when, whether they came, and what they did. Carries CARD-08."""
