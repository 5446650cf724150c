"""Service cards 流动物业服务卡, what a scan shows, rounds, linkage cases and the no-gap checks. Carries CARD-01 to 10."""
