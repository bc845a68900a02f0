#!/usr/bin/env bash
# How long until it serves, and how much memory it takes then: lbtool start with five backends, beside toxiproxy-server
# and haproxy where they are, taking turns in one run. Serving means: its port accepts a connection. lbtool is measured as
# dotnet publish makes it for this kind of machine, compiled ahead, and as a plain build leaves it.
# usage: scripts/start-time.sh [toxiproxy-server] [rounds]
#   The first argument is the path of Toxiproxy's server; by default it is looked for on PATH, as haproxy is.
set -euo pipefail
cd "$(dirname "$0")/.."
theirs=$(command -v "${1:-toxiproxy-server}" || true)
haproxy=$(command -v haproxy || true)
rounds=${2:-11}
built=src/LBTool.Cli/bin/Release/net10.0/lbtool
dotnet build -c Release --verbosity quiet src/LBTool.Cli
folder=$(mktemp -d)
running=
trap '[ -z "$running" ] || kill "$running" 2>/dev/null || true; rm -rf "$folder"' EXIT
export LBTOOL_STATE=$folder
dotnet publish -c Release --verbosity quiet -r "$(dotnet --info | sed -n 's/^ *RID: *//p')" --no-self-contained -o "$folder/published" src/LBTool.Cli

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

command_of() {
    case $1 in
    lbtool) echo "$folder/published/lbtool start --backends 5 --quiet --port $2" ;;
    lbtool-as-built) echo "$built start --backends 5 --quiet --port $2" ;;
    toxiproxy-server) echo "$theirs -host 127.0.0.1 -port $2" ;;
    haproxy)
        {
            printf 'defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n'
            printf 'listen in\n bind 127.0.0.1:%s\n' "$2"
            for backend in 1 2 3 4 5; do printf ' server b%s 127.0.0.1:%s\n' "$backend" "$backend"; done
        } >"$folder/haproxy.cfg"
        echo "$haproxy -f $folder/haproxy.cfg"
        ;;
    esac
}

# Prints milliseconds until the port accepts, of which the processor worked so many, and megabytes resident then.
measure() {
    local port command begin end
    port=$(free_port)
    command=$(command_of "$1" "$port")
    begin=$(date +%s%N)
    $command >/dev/null 2>"$folder/error" &
    running=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        if ! kill -0 "$running" 2>/dev/null; then
            running=
            echo "$1 ended before it served: $(cat "$folder/error")" >&2
            return 1
        fi
    done
    end=$(date +%s%N)
    awk -v ms="$(((end - begin) / 1000000))" -v tick="$(getconf CLK_TCK)" '
        FILENAME ~ /stat$/ { sub(/^.*\) /, ""); cpu = ($12 + $13) * 1000 / tick }
        FILENAME ~ /status$/ && /^VmRSS/ { rss = $2 / 1024 }
        END { printf "%d %d %d\n", ms, cpu, rss }' "/proc/$running/stat" "/proc/$running/status"
    kill "$running"
    wait "$running" 2>/dev/null || true
    running=
}

names=(lbtool lbtool-as-built ${theirs:+toxiproxy-server} ${haproxy:+haproxy})
[ -n "$theirs" ] || echo "without toxiproxy-server: it is not here; give its path as the first argument"
[ -n "$haproxy" ] || echo "without haproxy: it is not here"
for ((round = 0; round < rounds; round++)); do
    # Once more when it could not begin: a free port may be somebody else's a moment later.
    for name in "${names[@]}"; do measure "$name" >>"$folder/$name" || measure "$name" >>"$folder/$name"; done
done

# The first round reads the files from the disk; it is not among these.
printf '%-18s %10s %10s %10s %10s\n' "" "median" "slowest" "CPU" "resident"
for name in "${names[@]}"; do
    sorted=$(tail -n +2 "$folder/$name" | sort -n)
    count=$(wc -l <<<"$sorted")
    read -r ms cpu rss <<<"$(sed -n "$(((count + 1) / 2))p" <<<"$sorted")"
    printf '%-18s %8sms %8sms %8sms %8sMB\n' "$name" "$ms" "$(tail -n 1 <<<"$sorted" | cut -d' ' -f1)" "$cpu" "$rss"
done
