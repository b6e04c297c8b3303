
source "$PWD/Script.sh" "$@"
