set -euo pipefail
keep=$(get_octopusvariable Backup.Keep)
cd "#{Shop.Folder}/backups"

# Names begin with the date, so the order of names is that of time.
mapfile -t files < <(printf '%s\n' shop-*.db | sort -r)
for file in "${files[@]:keep}"; do
    rm -- "$file"
    echo "removed $file"
done
left=$((${#files[@]} < keep ? ${#files[@]} : keep))
echo "$left of at most $keep backups are kept"
