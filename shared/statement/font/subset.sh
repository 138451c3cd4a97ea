#!/bin/sh
# Makes the font files of one renderer version from Tinos (npm package @expo-google-fonts/tinos
# 0.4.2) with fonttools 4.60.1: subset.sh FOLDER-OF-THE-PACKAGE VERSION
#
# Kept are Latin, Greek, Cyrillic, punctuation, currencies, arrows and signs; left out are hints
# and what shapes other scripts. Files of a published version are never made again.
set -eu
for style in 400Regular:regular 700Bold:bold; do
	pyftsubset "$1/${style%:*}/Tinos_${style%:*}.ttf" --output-file="$(dirname "$0")/${style#*:}-$2.ttf" \
		--unicodes=U+0020-058F,U+1D00-1FFF,U+2010-27BF \
		--layout-features= --no-hinting --notdef-outline --drop-tables+=GPOS,GSUB,GDEF,gasp,kern
done
