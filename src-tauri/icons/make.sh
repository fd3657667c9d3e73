#!/bin/sh
# Draws the icons of every size from icon.svg. Needs rsvg-convert (package librsvg2-bin).
set -eu
cd "$(dirname "$0")"
draw() { rsvg-convert --width "$1" --height "$1" icon.svg --output "$2"; }
draw 32 32x32.png
draw 128 128x128.png
draw 256 128x128@2x.png
draw 512 icon.png
