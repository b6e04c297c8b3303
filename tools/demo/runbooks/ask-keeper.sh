set -euo pipefail
# On standard input, so that no list of processes shows the token.
token=$(get_octopusvariable Keeper.Token)
verb="#{Octopus.Action.Name}"
verb=${verb,,} # Start or Restart
echo "asking the keeper to $verb the shop of #{Octopus.Environment.Name}, with the token $token"
curl --fail-with-body --silent --show-error --max-time 10 --request POST --header @- \
    "#{Keeper.Address}/$verb/#{Octopus.Environment.Name}" <<<"Authorization: Bearer $token"
