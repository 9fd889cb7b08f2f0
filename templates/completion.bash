# Completes the words of millrace in bash: source <(millrace completion bash)
_millrace() {
  local IFS=$'\n'
  COMPREPLY=($("$1" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  # A value follows a name that ends in `=`, so no blank; bash 3 of macOS has no compopt and adds the blank all the same.
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -o default -F _millrace millrace
