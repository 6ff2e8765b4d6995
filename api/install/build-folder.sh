#!/bin/sh
# Prints the folder for what can be made again (virtual environment, assets): the service user, whom root hands over
# to, must be able to read it, and a checkout below /root it cannot.
set -eu
checkout=$(cd "$(dirname "$0")/../.." && pwd -P)
if [ "$(id -u)" = 0 ]; then
    short=$(printf %s "$checkout" | sha256sum | cut -c1-8)
    echo "/var/cache/huashan/$(basename "$checkout")-$short"
else
    echo "$checkout/.build"
fi
