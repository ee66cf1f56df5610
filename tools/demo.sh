#!/bin/sh
# What zkbpf does, shown on a file of this repository. Usage: tools/demo.sh BUILD
set -eu
cd "$(dirname "$0")/.."
zkbpf=$1/zkbpf
program=$1/examples/sha256.o
input=LICENSE-APACHE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n%s\n' "$1"; }
show() {
    printf '  $ %s\n' "$(printf '%s' "$*" | sed "s#$work/##g")"
    "$@" >"$work/shown" # a failure ends the demo
    sed "s#$work/##g; s/^/  /" "$work/shown"
}

"$zkbpf" --version
say "A BPF program, compiled from examples/sha256/sha256.c by clang, hashes $input:"
show "$zkbpf" run "$program" --input $input --output "$work/digest.bin"

say "Its 32 bytes of output, and what sha256sum says:"
ours=$(od -A n -t x1 "$work/digest.bin" | tr -d ' \n')
theirs=$(sha256sum $input | cut -d ' ' -f 1)
echo "  zkbpf      $ours"
echo "  sha256sum  $theirs"
if [ "$ours" != "$theirs" ]; then
    echo "demo: the two differ" >&2
    exit 1
fi

say "A setup for development (for proofs that others rely on, import a ceremony's file):"
show "$zkbpf" setup generate --k 17 --output "$work/setup.srs"

say "Proving the run, in chunks side by side, and verifying it without running it:"
show "$zkbpf" prove "$program" --input $input --setup "$work/setup.srs" --chunk-size 200000 \
    --output "$work/proof.zkb"
show "$zkbpf" verify "$work/proof.zkb" --program "$program" --input $input \
    --output "$work/digest.bin" --setup "$work/setup.srs"

say "A changed output is not what was proved:"
printf 'x' | dd of="$work/digest.bin" bs=1 seek=5 conv=notrunc status=none
if "$zkbpf" verify "$work/proof.zkb" --program "$program" --input $input \
    --output "$work/digest.bin" --setup "$work/setup.srs" >"$work/verdict"; then
    echo "demo: a changed output was accepted" >&2
    exit 1
fi
sed "s#$work/##g; s/^/  /" "$work/verdict"

say "Where the instructions went:"
show "$zkbpf" profile "$program" --input $input --top 3 --svg "$work/profile.svg"
