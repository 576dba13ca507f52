#!/bin/sh
# Formats our C++ with clang-format 14 (.clang-format: Google style):
#   tools/format.sh            rewrites the files
#   tools/format.sh --check    names the lines that would change; exit 1 if any
set -eu
cd "$(dirname "$0")/.."
case "${1:-}" in
  "") how=-i ;;
  --check) how="--dry-run -Werror" ;;
  *) echo "format.sh: unknown argument '$1' (there is --check)" >&2; exit 2 ;;
esac
# find and not git: a checkout that another user owns is no repository to git.
# shellcheck disable=SC2086
find . -name .git -prune -o -type f \( -name '*.cc' -o -name '*.h' -o -name '*.c' \) -print0 |
  xargs -0 clang-format-14 --style=file $how
