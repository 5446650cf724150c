"""Flowing Property 流动物业: the application behind the mini program."""
