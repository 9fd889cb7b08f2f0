# Completes the words of millrace in bash: source <(millrace completion bash)
_millrace() {
  local IFS=$'\n'
  COMPREPLY=($("$1" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  # A name that wants a value after it; bash 3 of macOS has no compopt and puts a blank there.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _millrace millrace
