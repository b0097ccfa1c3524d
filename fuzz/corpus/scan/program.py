DX = {'G35': 1, "Z59.0": 2}  # codeset:ignore-next-line
if dx == 'A00.0': pass
