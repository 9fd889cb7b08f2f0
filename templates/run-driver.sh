#!/bin/sh
# Runs one driver and writes the files by which it can be found again:
#
#   run-driver.sh RUN_FOLDER COMMAND [ARGUMENT…]
#
# driver.log   what the command prints; once it is long, it is moved on: to driver.1.log, which stays, and then to driver.2.log,
#              driver.3.log, …, of which only the newest stays
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
trap 'has_come=yes' INT TERM USR1
longest_log=4194304

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

# Interrupts the `wait` below in ten seconds. If this wrapper was killed, another process may have its pid by then.
begun=$(start_time $$)
set_timer() {
  (sleep 10 && [ "$(start_time $$)" = "$begun" ] && kill -s USR1 $$ 2>/dev/null) &
  timer=$!
}

# SIGKILL, since a shell that has just begun may not take another signal. Its sleep ends by itself.
stop_timer() {
  kill -s KILL $timer 2>/dev/null
  wait $timer 2>/dev/null
}

# The driver goes on writing to the same file, from its new beginning: it depends on no other process, as it would with a pipe.
# What it writes between the copy and the cut, for about a millisecond, is lost. The part before goes first: a full disk then has
# room for the copy. A follower reads the part in which it was when it sees another one.
part=0
move_log_on() {
  [ "$(wc -c <driver.log)" -gt $longest_log ] || return
  if [ $part -gt 1 ]; then rm -f driver.$part.log; fi
  if cp driver.log driver.log.tmp; then
    : >driver.log
    part=$((part + 1))
    # A line that was cut becomes two: readers take whole lines.
    if [ -n "$(tail -c 1 driver.log.tmp)" ]; then echo >>driver.log.tmp; fi
    mv driver.log.tmp driver.$part.log
  else
    rm -f driver.log.tmp # the disk is full; the next try has the room of the part that is gone
  fi
}

# Whether `wait` was only interrupted by the timer: it then gives the number of that signal.
is_timer() {
  [ "$1" -gt 128 ] && [ "$(kill -l "$1")" = USR1 ]
}

scripts=$PWD
mkdir -p "$run_folder" && cd "$run_folder" || exit
rm -f driver.log.tmp
(cd "$scripts" && exec "$@") >>driver.log 2>&1 </dev/null &
driver=$!
write driver.json "{$facts\"pid\": $driver, \"startTime\": \"$(start_time $driver)\", \"wrapper\": $$}"

# A signal ends `wait` early, with the signal's own code. Waiting again gives the driver's exit code, even if it has ended
# since. If the first `wait` already gave the driver's code, some shells no longer know the process (127): keep the first.
code=
while :; do
  has_come=
  set_timer
  wait $driver
  told=$?
  stop_timer
  is_timer $told || { [ -n "$code" ] && [ $told -eq 127 ]; } || code=$told
  [ -n "$has_come" ] || break
  move_log_on
done
write exit.json "{\"pid\": $driver, \"exitCode\": $code, \"endedAt\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}"
