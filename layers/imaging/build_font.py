"""Make the two fonts of the printed card: Noto Sans SC, cut down to the characters a Chinese card can need.

    python build_font.py NPM_PACKAGE_FOLDER ../../miniprogram_api/imaging/fonts

``NPM_PACKAGE_FOLDER`` is the unpacked npm package ``@expo-google-fonts/noto-sans-sc`` (see README.md). The output is
the same, byte for byte, for the same input and the versions in font-requirements.txt.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from pypinyin_dict.pinyin_data import kmandarin_8105

FAMILY = "Flowing Property Sans SC"
WEIGHTS = {"Medium": "500Medium/NotoSansSC_500Medium.ttf", "Bold": "700Bold/NotoSansSC_700Bold.ttf"}

# name table: family, style, unique id, full name, PostScript name
FAMILY_ID, STYLE_ID, UNIQUE_ID, FULL_NAME_ID, POSTSCRIPT_ID = 1, 2, 3, 4, 6
# kept as they are: copyright, version, trademark, makers, licence and its address
KEPT_NAME_IDS = (0, 5, 7, 8, 9, 10, 11, 13, 14)

RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1: · ° × and the letters of transcribed names
    (0x2010, 0x2027),  # dashes, quotation marks, …
    (0x2030, 0x203B),  # ‰ ′ ″ ※
    (0x2160, 0x216B),  # Ⅰ to Ⅻ
    (0x2190, 0x2193),  # arrows
    (0x2460, 0x2473),  # ① to ⑳
    (0x3000, 0x301F),  # Chinese punctuation
    (0x3220, 0x3229),  # ㈠ to ㈩
    (0xFF01, 0xFF5E),  # full-width ASCII
)
SINGLES = "℃℉№℡™€￥￡■□▲△▼▽◆◇○◎●★☆✓✔☎㎡㎥㎜㎝㎞㎎㎏㏄≤≥≠≈±÷√∞"


def gb2312_hanzi() -> set[int]:
    """The 6,763 hanzi of GB 2312-1980, level 1 and 2 (rows 16 to 87)."""
    found = set()
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("gb2312", errors="ignore")))
    return found


def wanted_characters() -> set[int]:
    """GB 2312 and 通用规范汉字表 (2013: 8,105 hanzi, with those of names and places), and the signs around them."""
    wanted = gb2312_hanzi() | set(kmandarin_8105.pinyin_dict)
    for first, last in RANGES:
        wanted.update(range(first, last + 1))
    return wanted | set(map(ord, SINGLES))


def rename(font: TTFont, style: str) -> None:
    """Give the cut font a name of its own, so that nobody takes it for the complete Noto Sans SC."""
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in KEPT_NAME_IDS]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    for name_id, text in (
        (FAMILY_ID, FAMILY if style == "Bold" else f"{FAMILY} {style}"),
        (STYLE_ID, "Bold" if style == "Bold" else "Regular"),
        (UNIQUE_ID, f"1.0;{postscript}"),
        (FULL_NAME_ID, f"{FAMILY} {style}"),
        (POSTSCRIPT_ID, postscript),
    ):
        names.setName(text, name_id, 3, 1, 0x409)


def cut(source: Path, target: Path, style: str) -> None:
    """Write the subset of one weight: outlines and metrics only, since the card sets plain horizontal lines."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = list(KEPT_NAME_IDS)
    options.drop_tables += ["vhea", "vmtx", "BASE", "GDEF", "GPOS", "GSUB", "STAT"]
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted_characters())
    subsetter.subset(font)
    rename(font, style)
    subset.save_font(font, str(target), options)


def write_coverage(font_file: Path, target: Path) -> None:
    """List every character the cut font really draws, in code point order, for ``missing_glyphs`` to read."""
    drawn = sorted(TTFont(font_file).getBestCmap())
    target.write_text("".join(map(chr, drawn)), encoding="utf-8", newline="")


def build(package: Path, out: Path) -> None:
    """Cut every weight of the card and lay the licence beside them."""
    out.mkdir(parents=True, exist_ok=True)
    for style, name in WEIGHTS.items():
        target = out / f"FlowingPropertySansSC-{style}.ttf"
        cut(package / name, target, style)
        print(f"{target.name}: {target.stat().st_size:,} bytes")
    write_coverage(target, out / "coverage.txt")
    shutil.copyfile(package / "LICENSE_FONT", out / "OFL.txt")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="unpacked npm package @expo-google-fonts/noto-sans-sc")
    parser.add_argument("out", type=Path, help="folder that receives the fonts, coverage.txt and OFL.txt")
    arguments = parser.parse_args()
    build(arguments.package, arguments.out)
