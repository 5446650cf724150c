"""Excel workbooks: bytes in, plain cells out, and the other way round; what the cells mean is the rooms' business."""
