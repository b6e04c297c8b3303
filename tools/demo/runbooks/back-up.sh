set -euo pipefail
database="#{Shop.Folder}/shop.db"
backup="#{Shop.Folder}/backups/shop-$(date -u +%Y%m%d-%H%M%S).db"
rows() { sqlite3 -readonly "$1" 'select count(*) from purchase'; }

[ -f "$database" ] || fail_step "There is no database $database"
[ ! -e "$backup" ] || fail_step "$backup is there already: somebody else backs up this second"

# People go on buying meanwhile, so the backup has as many rows as before, as after, or something between.
before=$(rows "$database")
sqlite3 -readonly "$database" '.timeout 5000' ".backup '$backup'"
after=$(rows "$database")

size=$(stat -c %s "$backup")
echo "backed up $database ($before to $after purchases) to $backup ($size bytes)"
set_octopusvariable File "$backup"
set_octopusvariable Size "$size"
set_octopusvariable RowsBefore "$before"
set_octopusvariable RowsAfter "$after"
