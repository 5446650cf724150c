"""Digits as people in China type them: a Chinese keyboard often gives full-width ones."""

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－＋　", "0123456789.-+ ")


def half_width(text: str) -> str:
    """Return the text with full-width digits, point, minus, plus and blank as ordinary ones; all else stays.

    Not Unicode's compatibility form: that would read the 2 of ``86²`` as one more digit.
    """
    return text.translate(_FULL_WIDTH)
