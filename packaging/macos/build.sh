#!/bin/sh
# Mynah.app and a disk image around it, for Macs with Apple's processors. Needs a Mac (codesign, hdiutil, iconutil, sips),
# uv and the network. Written, and not yet run: no Mac was at hand. The workflow macos.yml runs it.
#   sh packaging/macos/build.sh PYTHON OUT     PYTHON: a Python of python-build-standalone, unpacked
# With MYNAH_IDENTITY set (a Developer ID) everything is signed with the hardened runtime; without it, for this Mac alone.
set -eu
python=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/pyproject.toml" | head -1)
app="$out/Mynah.app"
inside="$app/Contents"

rm -rf "$app"
mkdir -p "$inside/MacOS" "$inside/Resources/engine"
cp -R "$python" "$inside/Resources/python"
run="$inside/Resources/python/bin/python3"
"$run" -I -c 'import sys; sys.path.insert(0, sys.argv[1]); import build_windows; print("\n".join(build_windows.requirements()))' \
  "$root/packaging" > "$out/requirements.txt"
"$run" -I -m pip install --quiet --requirement "$out/requirements.txt"
"$run" -I -m pip install --quiet --no-deps "$root"
cp "$(command -v uv)" "$inside/Resources/engine/uv"
python3 "$root/packaging/engine_lists.py" "$inside/Resources/engine" --system macos

# The icon, from the mark in the sizes that macOS asks for.
set_="$out/mynah.iconset"
mkdir -p "$set_"
for side in 16 32 128 256 512; do
  for scale in 1 2; do
    name="icon_${side}x${side}$([ $scale = 1 ] || printf '@2x').png"
    QT_QPA_PLATFORM=offscreen python3 -c '
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import build_windows
Path(sys.argv[3]).write_bytes(build_windows.picture(int(sys.argv[2]), Path(sys.argv[3]).parent))
' "$root/packaging" "$((side * scale))" "$set_/$name"
  done
done
iconutil --convert icns --output "$inside/Resources/mynah.icns" "$set_"

cat > "$inside/MacOS/mynah" <<'END'
#!/bin/sh
here="$(cd "$(dirname "$0")/../Resources" && pwd)"
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP
MYNAH_SETUP="$here/engine" exec "$here/python/bin/python3" -I -m app "$@"
END
chmod 755 "$inside/MacOS/mynah"
sed "s/@VERSION@/$version/" "$here/Info.plist" > "$inside/Info.plist"

if [ -n "${MYNAH_IDENTITY:-}" ]; then
  find "$inside" -type f \( -name '*.so' -o -name '*.dylib' -o -perm -111 \) -exec \
    codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$MYNAH_IDENTITY" {} +
  codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$MYNAH_IDENTITY" "$app"
else
  codesign --force --deep --sign - "$app"
fi

stage="$out/stage"
rm -rf "$stage"
mkdir -p "$stage"
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Mynah -srcfolder "$stage" -ov -format UDZO "$out/Mynah-$version-macos.dmg"
rm -rf "$stage"
