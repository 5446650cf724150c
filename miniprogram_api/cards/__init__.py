"""The service card 流动物业服务卡, and what scanning it shows. Carries CARD-01 to 03, 05, 06 and 07 in part."""
