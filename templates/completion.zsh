#compdef millrace
# Completes the words of millrace in zsh: source <(millrace completion zsh), after compinit
_millrace() {
  local -a found names
  found=(${(f)"$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
  names=(${(M)found:#*=})
  found=(${found:#*=})
  (( ${#found} + ${#names} )) || { _files; return }
  compadd -a found
  compadd -S '' -a names
}
compdef _millrace millrace
