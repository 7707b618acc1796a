#!/usr/bin/env python3
"""Writes src/server/confusables-table.ts anew: `python3 test/support/make-confusables.py` on a machine with ICU (Debian: libicu72).

ICU carries Unicode's own table (UTS #39, confusables.txt), which this asks code point by code point through uspoof_getSkeleton. Kept is what can stand in a
nickname: nicknames are in NFKC, and look-alikes are compared in NFD, so whatever either of them replaces never reaches the table.
"""
import ctypes
import pathlib
import sys
import unicodedata

ICU = max(int(file.suffix[1:]) for file in pathlib.Path('/usr/lib').glob('*-linux-gnu/libicui18n.so.[0-9][0-9]'))
lib = ctypes.CDLL(f'libicui18n.so.{ICU}')
common = ctypes.CDLL(f'libicuuc.so.{ICU}')
status = ctypes.c_int(0)
uspoof_open = getattr(lib, f'uspoof_open_{ICU}')
uspoof_open.restype = ctypes.c_void_p
checker = uspoof_open(ctypes.byref(status))
skeleton_utf8 = getattr(lib, f'uspoof_getSkeletonUTF8_{ICU}')
skeleton_utf8.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p]
version = (ctypes.c_uint8 * 4)()
getattr(common, f'u_getUnicodeVersion_{ICU}')(version)


def skeleton(text: str) -> str:
    raw = text.encode()
    out = ctypes.create_string_buffer(256)
    error = ctypes.c_int(0)
    length = skeleton_utf8(checker, 0, raw, len(raw), out, len(out), ctypes.byref(error))
    if error.value > 0:
        sys.exit(f'ICU: error {error.value} at U+{ord(text):04X}')
    return out.raw[:length].decode()


groups: dict[str, list[str]] = {}
for code in range(0x21, 0x110000):
    char = chr(code)
    if unicodedata.category(char) in ('Cc', 'Cf', 'Cs', 'Co', 'Cn', 'Zs', 'Zl', 'Zp'):
        continue
    if unicodedata.normalize('NFKD', char) != char:
        continue
    prototype = skeleton(char)
    if prototype != char:
        groups.setdefault(prototype, []).append(char)


def shown(text: str) -> str:
    """Only what every editor shows in its place stays as it is."""
    return ''.join(c if c.isascii() and c not in "\\'`$" else f'\\u{{{ord(c):x}}}' for c in text)


target = pathlib.Path(__file__).parents[2] / 'src/server/confusables-table.ts'
packed, line = [], ''
for prototype, chars in groups.items():
    entry = f'{shown(prototype)} {"".join(map(shown, chars))}'
    if len(line) + len(entry) > 3_000:
        packed.append(line)
        line = ''
    line += entry + '\\n'
packed.append(line)
text = '\n'.join(f"  '{part}'," for part in packed)
target.write_text(f"""// Written by test/support/make-confusables.py from ICU {ICU}, Unicode {version[0]}.{version[1]} (UTS #39, confusables.txt, © Unicode, Inc., https://www.unicode.org/license.txt). Not by hand.

/** Lines of `prototype look-alikes`, the look-alikes without anything between them. */
export const CONFUSABLES = [
{text}
].join('');
""")
