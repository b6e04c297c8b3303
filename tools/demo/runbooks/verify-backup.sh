set -euo pipefail
backup=$(get_octopusvariable 'Octopus.Action[Back up].Output.File')
before=$(get_octopusvariable 'Octopus.Action[Back up].Output.RowsBefore')
after=$(get_octopusvariable 'Octopus.Action[Back up].Output.RowsAfter')

verdict=$(sqlite3 -readonly "$backup" 'pragma integrity_check')
[ "$verdict" = ok ] || fail_step "$backup is damaged: $verdict"

rows=$(sqlite3 -readonly "$backup" 'select count(*) from purchase')
if [ "$rows" -lt "$before" ] || [ "$rows" -gt "$after" ]; then
    fail_step "$backup has $rows purchases; the database had $before to $after"
fi
echo "integrity: $verdict, purchases: $rows"
set_octopusvariable Rows "$rows"
