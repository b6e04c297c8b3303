if [ "$(get_octopusvariable 'Octopus.Step[Verify].Status.Code')" = Succeeded ]; then
    size=$(get_octopusvariable 'Octopus.Action[Back up].Output.Size')
    rows=$(get_octopusvariable 'Octopus.Action[Verify].Output.Rows')
    write_highlight "The shop of #{Octopus.Environment.Name} is safe: $rows purchases in $size bytes"
else
    write_warning "The shop of #{Octopus.Environment.Name} has no new backup that can be trusted"
fi
