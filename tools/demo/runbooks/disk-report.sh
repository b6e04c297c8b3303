limit=$(get_octopusvariable Disk.WarnAbovePercent)
folder=$(get_octopusvariable Disk.Folder)

# What this account may not look into is left out; that is no failure.
above=0
printf '%-28s %6s %6s %5s\n' "mounted on" size free used
while read -r _ size _ free used mount; do
    printf '%-28s %6s %6s %5s\n' "$mount" "$size" "$free" "$used"
    used=${used%\%}
    if [[ $used =~ ^[0-9]+$ ]] && [ "$used" -ge "$limit" ]; then
        write_warning "$mount is $used % full; the limit in #{Octopus.Environment.Name} is $limit %"
        above=$((above + 1))
    fi
done < <(df -hP -x tmpfs -x devtmpfs 2>/dev/null | tail -n +2)

echo
echo "What takes most room in $folder:"
du -h --max-depth=2 "$folder" 2>/dev/null | sort -rh | head -10

set_octopusvariable Above "$above"
if [ "$above" -eq 0 ]; then
    write_highlight "All file systems are below $limit %"
else
    write_highlight "$above file systems are above $limit %"
fi
