#!/bin/sh
# Runs one driver and writes the files by which it can be found again:
#
#   run-driver.sh RUN_FOLDER COMMAND [ARGUMENT…]
#
# driver.log   what the command prints
# driver.json  its pid and start time, and this wrapper's pid (it leads the session, so this is also the process group); before
#              them the members in MILLRACE_DRIVER_FACTS, which say to which project the driver belongs
# exit.json    its exit code and when it ended, with its pid
#
# All files go to the folder in which it was started, even if that folder is moved and another one gets its name.
#
# The wrapper survives signals sent to the group, so the exit code of a stopped driver is written too.
run_folder=$1
shift
facts=${MILLRACE_DRIVER_FACTS:+$MILLRACE_DRIVER_FACTS, }
unset MILLRACE_DRIVER_FACTS
trap '' HUP
trap 'has_come=yes' INT TERM

# The start time as this machine gives it: clock ticks since boot with the boot's id, or what ps prints.
start_time() {
  if [ -r "/proc/$1/stat" ]; then
    printf '%s:%s' "$(cat /proc/sys/kernel/random/boot_id)" "$(sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20)"
  else
    LC_ALL=C TZ=UTC ps -o lstart= -p "$1" | sed 's/^ *//; s/ *$//'
  fi
}

# Writes another file and renames it, so that nobody reads half of it.
write() {
  printf '%s\n' "$2" >"$1.tmp" && mv "$1.tmp" "$1"
}

scripts=$PWD
mkdir -p "$run_folder" && cd "$run_folder" || exit
(cd "$scripts" && exec "$@") >>driver.log 2>&1 </dev/null &
driver=$!
write driver.json "{$facts\"pid\": $driver, \"startTime\": \"$(start_time $driver)\", \"wrapper\": $$}"

# A signal ends `wait` early, with the signal's own code. Waiting again gives the driver's exit code, even if it has ended
# since. If the first `wait` already gave the driver's code, some shells no longer know the process (127): keep the first.
code=
while :; do
  has_come=
  wait $driver
  told=$?
  [ -n "$code" ] && [ $told -eq 127 ] || code=$told
  [ -n "$has_come" ] || break
done
write exit.json "{\"pid\": $driver, \"exitCode\": $code, \"endedAt\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}"
