#!/bin/sh
# Runs one driver and leaves what is needed to find it again:
#
#   run-driver.sh RUN_FOLDER COMMAND [ARGUMENT…]
#
# driver.log   what the command prints
# driver.json  the members in MILLRACE_DRIVER_FACTS, which say which project it belongs to; its pid and start time, and this
#              wrapper's pid, which is also the process group, since the wrapper leads the session
# exit.json    its exit code and when it ended, with its pid
#
# They stay in the folder that RUN_FOLDER was at the start, also when it is moved meanwhile and another folder gets its name.
#
# The wrapper outlives signals sent to the group, so that the exit code of a stopped driver is written too.
run_folder=$1
shift
facts=${MILLRACE_DRIVER_FACTS:+$MILLRACE_DRIVER_FACTS, }
unset MILLRACE_DRIVER_FACTS
trap '' HUP
trap 'has_come=yes' INT TERM

# The start time in this machine's own form: clock ticks since boot with the boot's id, or what ps prints.
start_time() {
  if [ -r "/proc/$1/stat" ]; then
    printf '%s:%s' "$(cat /proc/sys/kernel/random/boot_id)" "$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"
  else
    LC_ALL=C TZ=UTC ps -o lstart= -p "$1" | sed 's/^ *//; s/ *$//'
  fi
}

# Written under another name and then renamed, so that nobody ever reads half of it.
write() {
  printf '%s\n' "$2" >"$1.tmp" && mv "$1.tmp" "$1"
}

scripts=$PWD
mkdir -p "$run_folder" && cd "$run_folder" || exit
(cd "$scripts" && exec "$@") >>driver.log 2>&1 </dev/null &
driver=$!
write driver.json "{$facts\"pid\": $driver, \"startTime\": \"$(start_time $driver)\", \"wrapper\": $$}"

# A signal ends `wait` early, with another exit code. So wait again, which gives the driver's exit code even if it has ended
# meanwhile. Where `wait` had already given it, some shells do not know the process any more (127).
code=
while :; do
  has_come=
  wait $driver
  told=$?
  [ -n "$code" ] && [ $told -eq 127 ] || code=$told
  [ -n "$has_come" ] || break
done
write exit.json "{\"pid\": $driver, \"exitCode\": $code, \"endedAt\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}"
