for ((seconds = 0; seconds < 20; seconds++)); do
    if answer=$(curl --fail --silent --max-time 2 "#{Shop.Address}/health"); then
        echo "$answer"
        write_highlight "The shop of #{Octopus.Environment.Name} is healthy"
        exit 0
    fi
    write_verbose "no answer yet from #{Shop.Address}"
    sleep 1
done
fail_step "The shop of #{Octopus.Environment.Name} does not answer on #{Shop.Address}"
