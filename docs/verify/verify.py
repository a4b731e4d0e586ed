#!/usr/bin/env python3
"""Verifies a ledger's log from outside, with Python's standard library alone.

usage: verify.py URL [TOKEN]

Reads the newest checkpoint and every bundle of entries (C2SP tlog-tiles),
recomputes the leaves and the root (RFC 6962), compares each leaf with the hash
tiles, and the root with the checkpoint's. It does not check the signature:
Python has no Ed25519. It is written from docs/entries.md, and shares no code
with the ledger.
"""
import base64
import hashlib
import sys
import urllib.request

WIDTH = 256  # entries or hashes of a full tile


def get(base, token, path):
    request = urllib.request.Request(base.rstrip("/") + path)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """The Merkle tree hash of a list of leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


def tile_path(number, width):
    parts = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        parts.append("x%03d" % (number % 1000))
    path = "/".join(reversed(parts))
    return path if width == WIDTH else "%s.p/%d" % (path, width)


def entries_of(bundle):
    entries, at = [], 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at:at + 2], "big")
        entry = bundle[at + 2:at + 2 + length]
        if len(entry) != length:
            raise SystemExit("a bundle of entries is cut off")
        entries.append(entry)
        at += 2 + length
    return entries


def main(base, token=None):
    note = get(base, token, "/log/checkpoint").decode()
    origin, size, root = note.split("\n")[:3]
    size, leaves = int(size), []
    while len(leaves) < size:
        number, width = len(leaves) // WIDTH, min(WIDTH, size - len(leaves))
        path = tile_path(number, width)
        own = [leaf_hash(e) for e in entries_of(get(base, token, "/log/tile/entries/" + path))]
        if len(own) != width:
            raise SystemExit("entries/%s has %d entries" % (path, len(own)))
        if b"".join(own) != get(base, token, "/log/tile/0/" + path):
            raise SystemExit("entries/%s is not what tile 0/%s says" % (path, path))
        leaves += own
    found = base64.b64encode(root_of(leaves)).decode()
    if found != root:
        raise SystemExit("root %s, signed is %s" % (found, root))
    print("%s: %d entries have the signed root %s" % (origin, size, root))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
