"""A stand-in for WeChat on loopback: the real protocol over a real socket, with a control desk beside it.

It shares no code with the product, so that a misunderstanding on one side is not repeated on the other. Facts it
follows: WeChat's server API pages for login, stable_token, phone number, subscribe messages, mini-program codes,
content checks and message push; WeChat Pay is in ``pay/``. State lives in memory and ends with the process.
"""

from local.wechat_simulator.server import WeChatSimulator

__all__ = ["WeChatSimulator"]
