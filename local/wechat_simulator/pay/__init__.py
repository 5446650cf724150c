"""A stand-in for api.mch.weixin.qq.com: WeChat Pay v3 with real RSA and AES-GCM, on the simulator's own socket.

The real one is another host, but its addresses all begin with ``/v3/``, so one process and one port serve both. It
shares no code with the product and signs with cryptography alone, so that the product's library meets a second hand.
"""
