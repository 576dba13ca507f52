#!/usr/bin/env bash
# Runs fuzz targets:  tools/fuzz.sh SECONDS [TARGET...]
#
# Each for so long, all there are if none is named, with clang and the address
# sanitizer (Debian packages clang-14 libclang-rt-14-dev). What a target finds
# stays in fuzz-findings/, and the script exits 1; one that finds nothing leaves
# nothing. The inputs in testdata/ are where it starts from, and are not touched.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?"tools/fuzz.sh SECONDS [TARGET...]"}
shift
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(./bazelw query 'attr(tags, fuzz, //...)' 2>/dev/null)
[ "${#targets[@]}" -gt 0 ] || { echo "fuzz.sh: no fuzz targets" >&2; exit 1; }
./bazelw build --config=fuzz "${targets[@]}"

scratch=$(mktemp -d "${TMPDIR:-/tmp}/relocatable-fuzz.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkdir -p fuzz-findings
failed=0
for target in "${targets[@]}"; do
  path=${target#//} path=${path/://} name=${path##*/}
  mkdir "$scratch/$name"
  # libFuzzer writes what it learns into the first folder it is given.
  if "bazel-bin/$path" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="fuzz-findings/$name-" "$scratch/$name" \
    "${path%/*}/testdata/${name%_fuzz}" >"$scratch/log" 2>&1; then
    echo "passed $target ($(grep -o 'Done [0-9]* runs' "$scratch/log"))"
  else
    echo "FAILED $target"
    tail -60 "$scratch/log"
    failed=1
  fi
done
rmdir --ignore-fail-on-non-empty fuzz-findings
exit $failed
