#!/bin/sh
# Writes the record by which a service can be found again, and then becomes the service. So the service is known even if the
# process that started it dies at once:
#
#   start-service.sh RECORD FACTS COMMAND [ARGUMENT…]
#
# RECORD  the file to write: FACTS (members of a JSON object) with the pid and start time, which `exec` keeps
record=$1
facts=$2
shift 2

# The start time as this machine gives it: clock ticks since boot with the boot's id, or what ps prints.
if [ -r "/proc/$$/stat" ]; then
  start="$(cat /proc/sys/kernel/random/boot_id):$(sed 's/.*) //' "/proc/$$/stat" | cut -d ' ' -f 20)"
else
  start=$(LC_ALL=C TZ=UTC ps -o lstart= -p "$$" | sed 's/^ *//; s/ *$//')
fi
printf '{%s, "pid": %d, "startTime": "%s"}\n' "$facts" "$$" "$start" >"$record.tmp" && mv "$record.tmp" "$record" || exit 1
exec "$@"
