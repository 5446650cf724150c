"""Pictures 图片: resident photos made safe, and the printed service card with its QR code. Rows REP-01, CARD-01.

Bytes in, bytes out: no clock, network, database or Flask. The submodules import Pillow, this file does not.
"""
