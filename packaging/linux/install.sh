#!/bin/sh
# Installs Mynah for one person, without the rights of an administrator; called by the self-extracting file.
#   ./mynah-...run                        install, or replace an older version
#   mynah-uninstall [--purge]             remove; --purge also removes what was imported and trained
set -eu
home="${XDG_DATA_HOME:-$HOME/.local/share}"
target="$home/mynah-app"
bin="$HOME/.local/bin"
needed=1500000 # KB

free=$(df -Pk "$HOME" | awk 'NR==2 {print $4}')
if [ "$free" -lt "$needed" ]; then
  echo "Mynah takes 1.5 GB of disk, and $((free / 1024)) MB are free. Free some space, then run this again." >&2
  exit 1
fi
mkdir -p "$home" "$bin" "$home/applications" "$home/mime/packages"
rm -rf "$target.new"
cp -a app "$target.new"
rm -rf "$target.old"
[ ! -e "$target" ] || mv "$target" "$target.old"
mv "$target.new" "$target"
rm -rf "$target.old"
# Where an offline kit may lie: beside this set-up.
[ ! -d "$target/engine" ] || printf '%s\n' "${USER_PWD:-$PWD}/mynah-engine" > "$target/engine/kit.txt"
ln -sf "$target/bin/mynah" "$bin/mynah"
for side in 16 32 48 64 128 256 512; do
  mkdir -p "$home/icons/hicolor/${side}x${side}/apps"
  cp "$target/share/icons/$side.png" "$home/icons/hicolor/${side}x${side}/apps/mynah.png"
done
sed "s|^Exec=.*|Exec=\"$target/bin/mynah\"|" mynah.desktop > "$home/applications/mynah.desktop"
cp mynah.xml "$home/mime/packages/mynah.xml"
cat > "$bin/mynah-uninstall" <<'END'
#!/bin/sh
# Removes Mynah; what was imported and trained stays, unless --purge is given or the question is answered with yes.
home="${XDG_DATA_HOME:-$HOME/.local/share}"
data="${MYNAH_HOME:-$home/Mynah}"
answer=no
[ "${1:-}" != "--purge" ] || answer=yes
if [ "$answer" = no ] && [ -t 0 ] && [ -d "$data" ]; then
  printf 'Also remove what you imported and trained, in %s? Type yes to do so: ' "$data"
  read -r answer
fi
rm -rf "$home/mynah-app" "$home/applications/mynah.desktop" "$home/mime/packages/mynah.xml"
rm -f "$home"/icons/hicolor/*/apps/mynah.png "$HOME/.local/bin/mynah" "$HOME/.local/bin/mynah-uninstall"
update-desktop-database "$home/applications" > /dev/null 2>&1 || true # the desktop's own lists, without Mynah
update-mime-database "$home/mime" > /dev/null 2>&1 || true
# Folders that the set-up may have made; rmdir takes only empty ones.
rmdir "$home"/icons/hicolor/*/apps "$home"/icons/hicolor/* "$home/icons/hicolor" "$home/icons" "$home/mime/packages" \
  "$home/mime" "$home/applications" "$HOME/.local/bin" 2> /dev/null || true
if [ "$answer" = yes ]; then rm -rf "$data"; echo "Mynah and its data are gone."; else echo "Mynah is gone. Your data is in $data."; fi
END
chmod 755 "$bin/mynah-uninstall"
command -v update-desktop-database > /dev/null && update-desktop-database "$home/applications" > /dev/null 2>&1 || true
command -v update-mime-database > /dev/null && update-mime-database "$home/mime" > /dev/null 2>&1 || true
echo "Mynah is installed. Start it from the menu, or with: $bin/mynah"
